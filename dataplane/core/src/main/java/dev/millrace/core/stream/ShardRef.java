package dev.millrace.core.stream;

import dev.millrace.core.shard.ShardId;

/**
 * One shard of one incarnation of a stream: a stream that is deleted and created again has another
 * {@link StreamId}, so its shards are never mistaken for the old ones.
 */
public record ShardRef(StreamId stream, ShardId shard) {
  @Override
  public String toString() {
    return stream + "/" + shard;
  }
}
