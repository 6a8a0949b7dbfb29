// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.time.Duration;

/** Small bounds with one or two of them changed. */
final class TestingBounds {
  /** After how many entries the store of {@link #ofShortLogs} is flushed. */
  static final int SHORT_LOG_ENTRIES = 20;

  private int maxEntryBytes = 64 << 10;
  private int batchBytes = 16 << 10;
  private int batchCommands = 1000;
  private int entriesInFlight = 2;
  private long pendingBytes = 4 << 20;
  private int pendingCommands = 10_000;
  private int segmentBytes = 1 << 20;
  private Duration gatherWait = Duration.ZERO;
  private int flushEntries = 1_000_000;
  private long flushBytes = 1L << 40;
  private Duration flushInterval = Duration.ofDays(1);
  private long unflushedBytes = 1L << 41;
  private int keptFlushes;
  private Duration startTimeout = Duration.ofSeconds(20);
  private Duration electionTimeout = Duration.ofMillis(20);

  static RaftBounds small() {
    return new TestingBounds().build();
  }

  /**
   * Of members that purge their logs often: small segments, one command an entry, the store flushed
   * after {@link #SHORT_LOG_ENTRIES} of them.
   */
  static TestingBounds ofShortLogs() {
    return new TestingBounds()
        .segmentBytes(8 << 10)
        .flushEntries(SHORT_LOG_ENTRIES)
        .keptFlushes(1)
        .entriesInFlight(1)
        .batch(16 << 10, 1)
        .electionTimeout(Duration.ofSeconds(1));
  }

  TestingBounds maxEntryBytes(int bytes) {
    maxEntryBytes = bytes;
    return this;
  }

  TestingBounds batch(int bytes, int commands) {
    batchBytes = bytes;
    batchCommands = commands;
    return this;
  }

  TestingBounds entriesInFlight(int entries) {
    entriesInFlight = entries;
    return this;
  }

  TestingBounds gatherWait(Duration wait) {
    gatherWait = wait;
    return this;
  }

  TestingBounds pending(long bytes, int commands) {
    pendingBytes = bytes;
    pendingCommands = commands;
    return this;
  }

  TestingBounds segmentBytes(int bytes) {
    segmentBytes = bytes;
    return this;
  }

  TestingBounds flushEntries(int entries) {
    flushEntries = entries;
    return this;
  }

  TestingBounds flushBytes(long bytes) {
    flushBytes = bytes;
    return this;
  }

  TestingBounds flushInterval(Duration interval) {
    flushInterval = interval;
    return this;
  }

  TestingBounds unflushedBytes(long bytes) {
    unflushedBytes = bytes;
    return this;
  }

  TestingBounds keptFlushes(int flushes) {
    keptFlushes = flushes;
    return this;
  }

  TestingBounds electionTimeout(Duration timeout) {
    electionTimeout = timeout;
    return this;
  }

  TestingBounds startTimeout(Duration timeout) {
    startTimeout = timeout;
    return this;
  }

  RaftBounds build() {
    return new RaftBounds(
        maxEntryBytes,
        batchBytes,
        batchCommands,
        entriesInFlight,
        gatherWait,
        pendingBytes,
        pendingCommands,
        segmentBytes,
        flushEntries,
        flushBytes,
        flushInterval,
        unflushedBytes,
        keptFlushes,
        electionTimeout,
        startTimeout);
  }
}
