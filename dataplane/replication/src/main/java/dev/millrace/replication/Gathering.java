// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.time.Duration;

/**
 * How long commands wait for others to share their entry with. Callers that were answered just now
 * are likely to call again soon: without a wait for them, two halves of the callers would take
 * turns, each with entries of its own, and an entry costs about the same whatever is in it. A lone
 * caller never waits, and the others wait at most half as long as the entry before took.
 *
 * <p>Not thread-safe.
 */
final class Gathering {
  private final long mostNanos;
  private int expected;
  private long until;

  /**
   * Nothing is expected at first.
   *
   * @param most longest wait after an answer; zero for none at all
   */
  Gathering(Duration most) {
    this.mostNanos = most.toNanos();
  }

  /**
   * An entry was answered.
   *
   * @param commands that were in it
   * @param waiting commands that came meanwhile
   * @param took the nanoseconds from when it was handed over
   * @param now in nanoseconds
   */
  void answered(int commands, int waiting, long took, long now) {
    expected = commands + waiting;
    until = now + Math.min(mostNanos, took / 2);
  }

  /** The nanoseconds for which so many commands wait for more; 0 if they go now. */
  long remaining(int waiting, long now) {
    return waiting >= expected ? 0 : Math.max(0, until - now);
  }
}
