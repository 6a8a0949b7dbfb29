// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.leader.shard.GuardedClock;
import io.vertx.core.Vertx;

/** Checks the clock periodically, so that appending a record only reads the result. */
final class ClockWatch implements AutoCloseable {
  private static final long CHECK_EVERY_MILLIS = 100;

  private final Vertx vertx;
  private final long timer;

  ClockWatch(Vertx vertx, GuardedClock clock) {
    this.vertx = vertx;
    clock.check();
    this.timer =
        vertx.setPeriodic(CHECK_EVERY_MILLIS, tick -> vertx.executeBlocking(clock::check, false));
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }
}
