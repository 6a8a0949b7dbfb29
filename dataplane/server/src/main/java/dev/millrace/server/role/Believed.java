package dev.millrace.server.role;

import dev.millrace.server.routing.ClockGuard;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;

/** Looks at the clock from time to time, so that asking costs nothing on the way of a record. */
final class Believed implements BooleanSupplier, AutoCloseable {
  private static final long LOOK_EVERY_MILLIS = 100;

  private final Vertx vertx;
  private final ClockGuard guard;
  private final long timer;
  private volatile boolean believed;

  Believed(Vertx vertx, ClockGuard guard) {
    this.vertx = vertx;
    this.guard = guard;
    this.believed = guard.getAsBoolean();
    this.timer =
        vertx.setPeriodic(
            LOOK_EVERY_MILLIS,
            tick ->
                vertx.executeBlocking(guard::getAsBoolean, false).onSuccess(now -> believed = now));
  }

  @Override
  public boolean getAsBoolean() {
    return believed;
  }

  /** Looks now; may wait for a file. */
  boolean lookNow() {
    believed = guard.getAsBoolean();
    return believed;
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }
}
