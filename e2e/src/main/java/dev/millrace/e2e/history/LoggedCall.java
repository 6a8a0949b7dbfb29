// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.history;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A call of a client, with its start, its end and its outcome. {@link CallFormat} writes and reads
 * it as a line.
 */
public sealed interface LoggedCall {
  /** The reader that reads everything once more, after the last put. */
  String FINAL_READER = "final";

  /** The thread of the client that made the call. */
  String who();

  /** Microseconds on the process's monotonic clock, just before the call. */
  long start();

  /** Microseconds on the process's monotonic clock, just after the outcome was known. */
  long end();

  /** A record that was sent, alone or as one of several in a request. */
  record PutCall(String who, long start, long end, RecordLabel label, PutOutcome outcome)
      implements LoggedCall {}

  /** How a put ended. */
  sealed interface PutOutcome {
    /** The record is stored there. */
    record Stored(Location at) implements PutOutcome {}

    /** The service said that it has not stored the record, and never will. */
    record NotStored(String error) implements PutOutcome {}

    /** The record may be stored. */
    record MaybeStored(String error) implements PutOutcome {}
  }

  /** Where a record is. */
  record Location(String shard, BigInteger sequenceNumber) {}

  /** A record as a reader received it. */
  record ReadRecord(BigInteger sequenceNumber, RecordLabel label) {}

  /** Records of a shard that a reader received. */
  sealed interface Delivery extends LoggedCall {
    /** The shard that was read. */
    String shard();

    /** The service's distance to the tip; 0 claims that nothing is left. */
    long millisBehind();

    /** The children that ended the shard; absent while it goes on. */
    Optional<List<String>> ended();

    /** In the order in which they came. */
    List<ReadRecord> records();
  }

  /** A GetRecords call that succeeded. */
  record PolledRead(
      String who,
      long start,
      long end,
      String shard,
      long millisBehind,
      Optional<List<String>> ended,
      List<ReadRecord> records)
      implements Delivery {}

  /**
   * An event of a SubscribeToShard call, whose subscription began at {@code start}.
   *
   * @param continuation where the next subscription begins; absent at the end of the shard
   */
  record PushedEvent(
      String who,
      long start,
      long end,
      String shard,
      Optional<BigInteger> continuation,
      long millisBehind,
      Optional<List<String>> ended,
      List<ReadRecord> records)
      implements Delivery {}

  /** All shards that ListShards returned. */
  record ShardListing(String who, long start, long end, List<ListedShard> shards)
      implements LoggedCall {}

  /**
   * A shard as it was listed.
   *
   * @param startingHashKey inclusive
   * @param endingHashKey inclusive
   * @param open whether it had no ending sequence number
   */
  record ListedShard(
      String shard,
      BigInteger startingHashKey,
      BigInteger endingHashKey,
      boolean open,
      List<String> parents) {}

  /** Any other call that failed; the client makes it again. */
  record FailedCall(String who, long start, long end, String operation, String error)
      implements LoggedCall {}
}
