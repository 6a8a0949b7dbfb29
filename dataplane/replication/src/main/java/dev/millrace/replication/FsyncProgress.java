// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.time.Duration;

/**
 * For how long the log has waited for its disk: a leader answers nothing before its own fsync, even
 * where all others have stored an entry. Asked from time to time, by one thread at a time.
 */
final class FsyncProgress {
  private long flushed = -1;
  private long since;

  /**
   * Takes note of the log.
   *
   * @param flushedIndex the last entry that was fsynced
   * @param lastIndex the last entry
   * @param nanos now, on a monotonic clock
   * @return since when nothing was fsynced although entries wait, as far as it was asked; else zero
   */
  Duration waiting(long flushedIndex, long lastIndex, long nanos) {
    if (flushedIndex >= lastIndex) {
      flushed = -1;
      return Duration.ZERO;
    }
    if (flushedIndex != flushed) {
      flushed = flushedIndex;
      since = nanos;
    }
    return Duration.ofNanos(nanos - since);
  }
}
