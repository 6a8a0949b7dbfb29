// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.btc.BlockedThreadEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Vert.x for tests that enforces the golden rule: {@link #close} fails if a handler blocked an
 * event loop. Vert.x itself only logs a warning, which is easily overlooked in a test run.
 */
public final class TestingVertx implements AutoCloseable {
  /**
   * Limit for an event whose thread waits when it is checked: for a lock, a future or a sleep. Half
   * of what Vert.x warns of by default.
   */
  static final Duration MAX_WAITING_TIME = Duration.ofSeconds(1);

  /**
   * Limit for an event whose thread runs, or is in a native call. It is wall time, and on a busy
   * machine most of it may be waiting for a core: with 14 runnable threads on two cores, the first
   * use of a JSON library, which loads its classes, took 1.75 s.
   */
  static final Duration MAX_RUNNING_TIME = Duration.ofSeconds(10);

  /** Pause between two checks; an event that exceeds its limit by less may go unnoticed. */
  static final Duration CHECK_INTERVAL = Duration.ofMillis(50);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final CompletableFuture<AssertionError> blocked = new CompletableFuture<>();
  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
              .setMaxEventLoopExecuteTime(MAX_WAITING_TIME.toMillis())
              .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
              .setBlockedThreadCheckInterval(CHECK_INTERVAL.toMillis()));

  /** Starts a Vert.x that watches its event loops. */
  public TestingVertx() {
    // The checker can only be reached through Vert.x's internals; its other output is a log line.
    ((VertxInternal) vertx).blockedThreadChecker().setThreadBlockedHandler(this::check);
  }

  private void check(BlockedThreadEvent event) {
    boolean waits = event.thread().getState() != Thread.State.RUNNABLE;
    if (waits || event.duration() > MAX_RUNNING_TIME.toNanos()) {
      blocked.complete(failure(event));
    }
  }

  /** The first blocked thread is kept, with its stack at the moment it was noticed. */
  private static AssertionError failure(BlockedThreadEvent event) {
    AssertionError failure =
        new AssertionError(
            "%s was blocked for %d ms; the stack is where it was when that was noticed"
                .formatted(
                    event.thread().getName(), TimeUnit.NANOSECONDS.toMillis(event.duration())));
    failure.setStackTrace(event.thread().getStackTrace());
    return failure;
  }

  /** Completes when a blocked thread is noticed. */
  CompletableFuture<AssertionError> blocked() {
    return blocked;
  }

  /** The Vert.x; {@link #close} closes it. */
  public Vertx vertx() {
    return vertx;
  }

  /** Closes the Vert.x and fails if one of its threads was blocked. */
  @Override
  public void close() {
    vertx
        .close()
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    if (blocked.isDone()) {
      throw blocked.join();
    }
  }
}
