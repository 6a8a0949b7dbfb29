// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import java.util.List;
import java.util.Optional;

/**
 * One shard in a stream's shape.
 *
 * @param id the shard
 * @param range its hash keys
 * @param parents none, one or two: the shards whose keys, or a part of them, it has taken over
 * @param creationSecond epoch seconds; stands in its sequence numbers
 * @param closing when it stopped taking records; empty: it is open
 */
public record ShardDefinition(
    ShardId id,
    HashKeyRange range,
    List<ShardId> parents,
    long creationSecond,
    Optional<Closing> closing) {

  /**
   * The end of a shard.
   *
   * @param second epoch seconds; every record of it arrived in this second or before
   * @param virtual whether it never was open: a step of a change of shape between real shards,
   *     which exists in listings only and holds nothing
   */
  public record Closing(long second, boolean virtual) {}

  public ShardDefinition {
    parents = List.copyOf(parents);
  }

  /** An open shard. */
  public ShardDefinition(
      ShardId id, HashKeyRange range, List<ShardId> parents, long creationSecond) {
    this(id, range, parents, creationSecond, Optional.empty());
  }

  /** Whether it takes records. */
  public boolean isOpen() {
    return closing.isEmpty();
  }

  /** Whether it exists in listings only. */
  public boolean isVirtual() {
    return closing.map(Closing::virtual).orElse(false);
  }

  /** The same shard, closed. */
  public ShardDefinition closed(long second) {
    return new ShardDefinition(
        id, range, parents, creationSecond, Optional.of(new Closing(second, false)));
  }

  /** The same shard as it was before it was closed. */
  ShardDefinition reopened() {
    return new ShardDefinition(id, range, parents, creationSecond);
  }

  /**
   * Whether it took the records of a time. Of the shards of a stream, those that did cover every
   * hash key once: a shard's life ends where its children's begin.
   */
  public boolean livedAt(long epochSecond) {
    return creationSecond <= epochSecond
        && !isVirtual()
        && closing.map(end -> epochSecond <= end.second()).orElse(true);
  }

  /** Whether it took records at a time or after it; so did a virtual one, for its lineage. */
  public boolean livedSince(long epochSecond) {
    return closing.map(end -> epochSecond <= end.second()).orElse(true);
  }

  /** The first sequence number of the shard's listed range. */
  public SequenceNumber startingSequenceNumber() {
    return SequenceNumber.starting(creationSecond, id);
  }

  /** The last sequence number of the shard's listed range; empty while it is open. */
  public Optional<SequenceNumber> endingSequenceNumber() {
    return closing.map(
        end ->
            new SequenceNumber(
                creationSecond,
                id,
                SequenceNumber.ENDING_COUNTER,
                Math.max(end.second(), creationSecond)));
  }
}
