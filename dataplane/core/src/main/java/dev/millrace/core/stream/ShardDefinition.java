// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import java.util.List;
import java.util.Optional;

/**
 * One shard of a stream.
 *
 * @param id its id
 * @param range the hash keys of its records
 * @param parents none, one or two: the shards whose keys, or a part of them, it has taken over
 * @param creationSecond epoch seconds; part of its sequence numbers
 * @param closing when it was closed; empty while it is open
 */
public record ShardDefinition(
    ShardId id,
    HashKeyRange range,
    List<ShardId> parents,
    long creationSecond,
    Optional<Closing> closing) {

  /**
   * When and how a shard was closed.
   *
   * @param second epoch seconds; all its records arrived in this second or earlier
   * @param virtual whether it was never open: a step of a reshard between real shards, which exists
   *     only in listings and contains no records
   */
  public record Closing(long second, boolean virtual) {}

  public ShardDefinition {
    parents = List.copyOf(parents);
  }

  /** Creates an open shard. */
  public ShardDefinition(
      ShardId id, HashKeyRange range, List<ShardId> parents, long creationSecond) {
    this(id, range, parents, creationSecond, Optional.empty());
  }

  /** Whether it accepts records. */
  public boolean isOpen() {
    return closing.isEmpty();
  }

  /** Whether it exists only in listings. */
  public boolean isVirtual() {
    return closing.map(Closing::virtual).orElse(false);
  }

  public ShardDefinition closed(long second) {
    return new ShardDefinition(
        id, range, parents, creationSecond, Optional.of(new Closing(second, false)));
  }

  /** The same shard as it was before it was closed. */
  ShardDefinition reopened() {
    return new ShardDefinition(id, range, parents, creationSecond);
  }

  /**
   * Whether it was open at a time. The shards of a stream that were open at the same time cover
   * every hash key exactly once.
   */
  public boolean wasOpenAt(long epochSecond) {
    return creationSecond <= epochSecond
        && !isVirtual()
        && closing.map(end -> epochSecond <= end.second()).orElse(true);
  }

  /**
   * Whether it was open at a time or later. Virtual shards are included, so that lineages are
   * complete.
   */
  public boolean wasOpenSince(long epochSecond) {
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
