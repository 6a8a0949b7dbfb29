// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.LogEntryFormat;
import java.time.Duration;

/**
 * The bounds of one Raft group, each with its unit.
 *
 * @param maxEntryBytes largest log entry; a larger command is refused before it reaches Raft, since
 *     there it would cost the leader its term
 * @param batchBytes commands are gathered into one entry up to this size, unless one alone is
 *     larger
 * @param batchCommands most commands in one entry
 * @param entriesInFlight entries handed to Raft and not yet applied; what comes meanwhile is
 *     gathered into the next
 * @param gatherWait how long commands wait at most for those of callers that were answered just now
 *     ({@link Gathering}); zero where an entry costs little
 * @param pendingBytes commands waiting or in flight; above it callers are refused
 * @param pendingCommands same, by number
 * @param segmentBytes size of a log file
 * @param flushEntries the store is flushed, and the log purged up to what is durable then, after so
 *     many entries
 * @param flushBytes same, by bytes of commands
 * @param flushInterval same, by time, if anything was applied
 * @param unflushedBytes most bytes of commands that are applied and not durable: above it applying
 *     waits for the flush. A start replays about so much at most, and Ratis holds what it replays
 *     in the heap, about twice over
 * @param keptFlushes the log is kept back to what was durable so many flushes ago, so that a member
 *     that was away for a while finds what it lacks
 * @param electionTimeout how long a group without a leader waits before it elects one: short for a
 *     group of one, which has nobody to wait for
 * @param startTimeout how long a start waits for the group to be ready
 */
record RaftBounds(
    int maxEntryBytes,
    int batchBytes,
    int batchCommands,
    int entriesInFlight,
    Duration gatherWait,
    long pendingBytes,
    int pendingCommands,
    int segmentBytes,
    int flushEntries,
    long flushBytes,
    Duration flushInterval,
    long unflushedBytes,
    int keptFlushes,
    Duration electionTimeout,
    Duration startTimeout) {

  private static final int MIB = 1 << 20;

  /** For a group of one that takes records of up to 10 MiB. */
  static final RaftBounds DEFAULT =
      new RaftBounds(
          11 * MIB,
          3 * MIB / 2,
          4096,
          1,
          Duration.ZERO,
          64 * MIB,
          65_536,
          16 * MIB,
          100_000,
          64L * MIB,
          Duration.ofMinutes(5),
          128L * MIB,
          0,
          Duration.ofMillis(20),
          Duration.ofMinutes(10));

  /** What builds before {@code FeatureLevel.LARGE_ENTRIES} read in a group with peers. */
  static final int SMALL_ENTRY_BYTES = 3 * MIB / 2;

  /**
   * For a group with peers: commands are gathered into small entries, since each follower holds
   * several of them, and elections that a busy machine does not cause. Only a record that is larger
   * makes a large entry.
   */
  static final RaftBounds REPLICATED =
      new RaftBounds(
          11 * MIB,
          MIB,
          4096,
          1,
          Duration.ofMillis(2),
          64 * MIB,
          65_536,
          16 * MIB,
          100_000,
          64L * MIB,
          Duration.ofMinutes(5),
          128L * MIB,
          4,
          Duration.ofSeconds(1),
          Duration.ofMinutes(10));

  /** What Ratis adds to an entry: term, index, client and call, lengths and checksum. */
  private static final int FRAME_BYTES = 256;

  /** The bounds of a group, by whether it is alone. */
  static RaftBounds of(RaftMembers members) {
    return members.isAlone() ? DEFAULT : REPLICATED;
  }

  public RaftBounds {
    if (batchBytes + LogEntryFormat.OVERHEAD_BYTES > maxEntryBytes
        || maxEntryBytes > pendingBytes) {
      throw new IllegalArgumentException(
          "a batch (%d bytes and %d) must fit an entry (%d), and an entry the pending bytes (%d)"
              .formatted(batchBytes, LogEntryFormat.OVERHEAD_BYTES, maxEntryBytes, pendingBytes));
    }
    if (flushBytes > unflushedBytes) {
      throw new IllegalArgumentException(
          "a flush is due after %d bytes, which must not be above the bytes that may be unflushed (%d)"
              .formatted(flushBytes, unflushedBytes));
    }
  }

  /**
   * The byte limit of Ratis' log for entries of this size. Its reader's scratch buffer doubles from
   * 4 KiB up to the limit, and a buffer that equals the limit makes a good log with padding
   * unreadable (docs/adr/0003-groups-families-replay.md).
   */
  int byteLimit() {
    return scratchBytes(maxEntryBytes) + MIB;
  }

  /** The reader's scratch buffer, in bytes, for an entry of this size and its frame. */
  static int scratchBytes(int entryBytes) {
    return Math.max(4096, Integer.highestOneBit(entryBytes + FRAME_BYTES - 1) << 1);
  }
}
