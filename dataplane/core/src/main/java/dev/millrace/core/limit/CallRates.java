// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often each thing may be asked: a bucket a subject, which holds one second's worth. Callable
 * from any thread.
 */
public final class CallRates {
  /** Subjects that are remembered; the one that was asked longest ago is forgotten first. */
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
   * No subject was asked yet.
   *
   * @param nanos monotonic time
   */
  public CallRates(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Whether a subject may be asked once more now; counts it if so.
   *
   * @param perSecond how often it may be asked
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
