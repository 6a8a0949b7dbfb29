package dev.millrace.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The one place where a test waits for something that does not announce itself. */
final class Eventually {
  private static final long LOOK_EVERY_NANOS = Duration.ofMillis(20).toNanos();

  private Eventually() {}

  /** Looks again and again until there is a value; fails after the patience is over. */
  static <T> T found(String what, Duration patience, Supplier<Optional<T>> look) {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<T> value = look.get();
      if (value.isPresent()) {
        return value.get();
      }
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("not within " + patience + ": " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  /** Looks again and again until it is so; fails after the patience is over. */
  static void holds(String what, Duration patience, BooleanSupplier look) {
    found(what, patience, () -> look.getAsBoolean() ? Optional.of(what) : Optional.empty());
  }

  /** Lets this much time pass: for a moment that a seeded draw chose, such as when to kill. */
  static void pass(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
