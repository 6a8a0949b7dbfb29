package dev.millrace.e2e.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for what neither kubectl nor a watch announces, at a pace that an API server bears. */
final class Eventually {
  private static final long LOOK_EVERY_NANOS = Duration.ofMillis(250).toNanos();

  private Eventually() {}

  /** Looks again and again until there is a value; fails after the patience is over. */
  static <T> T found(String what, Duration patience, Supplier<Optional<T>> look) {
    long start = System.nanoTime();
    while (true) {
      Optional<T> value = look.get();
      if (value.isPresent()) {
        return value.get();
      }
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new AssertionError("not within " + patience + ": " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  /** Looks again and again until it is so; fails after the patience is over. */
  static void holds(String what, Duration patience, BooleanSupplier look) {
    found(what, patience, () -> look.getAsBoolean() ? Optional.of(what) : Optional.empty());
  }
}
