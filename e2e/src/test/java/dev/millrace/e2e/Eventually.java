// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Polls for a condition that nothing announces. The only class of these tests that waits: first for
 * a short time, so that local tests are quick, then for longer, so that an API server is not
 * flooded.
 */
public final class Eventually {
  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(20).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(250).toNanos();

  private Eventually() {}

  /** Polls until the supplier returns a value; fails when the timeout has passed. */
  public static <T> T found(String what, Duration timeout, Supplier<Optional<T>> supplier) {
    long start = System.nanoTime();
    long pause = FIRST_PAUSE_NANOS;
    while (true) {
      Optional<T> value = supplier.get();
      if (value.isPresent()) {
        return value.get();
      }
      if (System.nanoTime() - start > timeout.toNanos()) {
        throw new AssertionError("timed out after " + timeout + ": " + what);
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }

  /** Polls until the condition is true; fails when the timeout has passed. */
  public static void holds(String what, Duration timeout, BooleanSupplier condition) {
    found(what, timeout, () -> condition.getAsBoolean() ? Optional.of(what) : Optional.empty());
  }

  /**
   * Waits for a time that was drawn from a seeded random number, such as when to kill a process.
   */
  public static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
