// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Limits the rate of calls for each subject, with one token bucket a subject and a burst of one
 * second. Callable from any thread.
 */
public final class CallRates {
  /** Most subjects that are remembered; the least recently used is evicted first. */
  private static final int SUBJECTS = 10_000;

  private final LongSupplier nanos;
  private final Map<String, TokenBucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
          return size() > SUBJECTS;
        }
      };

  /**
   * @param nanos monotonic time
   */
  public CallRates(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Whether one more call for a subject is within its rate; counts the call if so.
   *
   * @param perSecond permitted calls per second
   */
  public boolean admit(String subject, int perSecond) {
    long now = nanos.getAsLong();
    TokenBucket bucket;
    synchronized (buckets) {
      bucket =
          buckets.computeIfAbsent(subject, fresh -> new TokenBucket(perSecond, perSecond, now));
    }
    if (!bucket.has(1, now)) {
      return false;
    }
    bucket.take(1, now);
    return true;
  }
}
