// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

/**
 * A token bucket: a rate with a burst. An amount above the capacity is admitted when the bucket is
 * full and leaves a debt, which is refilled first. Callable from any thread.
 */
public final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perSecond;
  private final double capacity;
  private double tokens;
  private long filledNanos;

  /**
   * A full bucket.
   *
   * @param perSecond tokens that are refilled each second
   * @param capacity most tokens in the bucket
   * @param nowNanos monotonic time
   */
  public TokenBucket(double perSecond, double capacity, long nowNanos) {
    this.perSecond = perSecond;
    this.capacity = capacity;
    this.tokens = capacity;
    this.filledNanos = nowNanos;
  }

  /** Whether this many tokens may be taken now; does not take them. */
  public synchronized boolean has(long amount, long nowNanos) {
    fill(nowNanos);
    return tokens >= Math.min((double) amount, capacity);
  }

  /** Takes tokens; the bucket may go into debt. */
  public synchronized void take(long amount, long nowNanos) {
    fill(nowNanos);
    tokens -= amount;
  }

  /**
   * Takes tokens. An amount above the capacity uses up the saved burst as well, so that the debt
   * lasts in proportion to the amount: 10 MiB at 2 MiB/s are 5 seconds.
   */
  public synchronized void takeWithBurst(long amount, long nowNanos) {
    fill(nowNanos);
    tokens = (amount > capacity ? Math.min(tokens, 0) : tokens) - amount;
  }

  /** How long until the debt is refilled, in milliseconds; 0 when there is none. */
  public synchronized long millisInDebt(long nowNanos) {
    fill(nowNanos);
    return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perSecond * 1000);
  }

  private void fill(long nowNanos) {
    double seconds = Math.max(0, nowNanos - filledNanos) / NANOS_PER_SECOND;
    tokens = Math.min(capacity, tokens + seconds * perSecond);
    filledNanos = nowNanos;
  }
}
