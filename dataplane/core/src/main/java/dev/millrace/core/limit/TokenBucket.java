// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

/**
 * A rate with a burst. What is larger than the bucket is let through when the bucket is full, and
 * leaves a debt that has to be refilled first. Guarded by its own monitor.
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
   * @param perSecond tokens that come back each second
   * @param capacity most tokens in it
   * @param nowNanos monotonic time
   */
  public TokenBucket(double perSecond, double capacity, long nowNanos) {
    this.perSecond = perSecond;
    this.capacity = capacity;
    this.tokens = capacity;
    this.filledNanos = nowNanos;
  }

  /** Whether so many tokens may be taken now; takes nothing. */
  public synchronized boolean has(long amount, long nowNanos) {
    fill(nowNanos);
    return tokens >= Math.min((double) amount, capacity);
  }

  /** Takes tokens, into debt if need be. */
  public synchronized void take(long amount, long nowNanos) {
    fill(nowNanos);
    tokens -= amount;
  }

  /**
   * Takes tokens. What is larger than the bucket takes what was saved up as well, so that the debt
   * lasts as long as the amount: 10 MiB at 2 MiB/s are 5 seconds.
   */
  public synchronized void takeWithBurst(long amount, long nowNanos) {
    fill(nowNanos);
    tokens = (amount > capacity ? Math.min(tokens, 0) : tokens) - amount;
  }

  /** How long until a debt is made good, in milliseconds; 0 when there is none. */
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
