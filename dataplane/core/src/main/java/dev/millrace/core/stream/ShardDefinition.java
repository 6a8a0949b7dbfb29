package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import java.util.List;

/**
 * One shard in a stream's shape.
 *
 * @param id the shard
 * @param range its hash keys
 * @param parents none, one (split) or two (merge)
 * @param creationSecond epoch seconds; stands in its sequence numbers
 */
public record ShardDefinition(
    ShardId id, HashKeyRange range, List<ShardId> parents, long creationSecond) {
  public ShardDefinition {
    parents = List.copyOf(parents);
  }

  /** The first sequence number of the shard's listed range. */
  public SequenceNumber startingSequenceNumber() {
    return SequenceNumber.starting(creationSecond, id);
  }
}
