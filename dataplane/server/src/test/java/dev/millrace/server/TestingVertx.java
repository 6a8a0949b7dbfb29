package dev.millrace.server;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.btc.BlockedThreadEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Vert.x for tests that enforces the golden rule: {@link #close} fails if a handler blocked an
 * event loop. Vert.x itself only logs a warning, which nobody reads in a test run.
 */
public final class TestingVertx implements AutoCloseable {
  /**
   * Limit for one event on an event loop. It is wall time, so class loading and waiting for a core
   * count too: with nine runnable threads on two cores, the longest event of the tests of this
   * module took 0.8 s (the first use of a JSON library). What the limit must catch has no end of
   * its own, such as a wait for a future that the same event loop completes.
   */
  static final Duration MAX_EVENT_LOOP_TIME = Duration.ofMillis(1500);

  /** Pause between two checks; an event that exceeds the limit by less may go unnoticed. */
  static final Duration CHECK_INTERVAL = Duration.ofMillis(50);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final CompletableFuture<AssertionError> blocked = new CompletableFuture<>();
  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
              .setMaxEventLoopExecuteTime(MAX_EVENT_LOOP_TIME.toMillis())
              .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
              .setBlockedThreadCheckInterval(CHECK_INTERVAL.toMillis()));

  /** Starts a Vert.x that watches its event loops. */
  public TestingVertx() {
    // The checker can only be reached through Vert.x's internals; its other output is a log line.
    Handler<BlockedThreadEvent> remember = event -> blocked.complete(failure(event));
    ((VertxInternal) vertx).blockedThreadChecker().setThreadBlockedHandler(remember);
  }

  /** The first blocked thread is kept, with its stack at the moment it was noticed. */
  private static AssertionError failure(BlockedThreadEvent event) {
    AssertionError failure =
        new AssertionError(
            "%s was blocked for %d ms, more than %d ms; the stack is where it was when noticed"
                .formatted(
                    event.thread().getName(),
                    TimeUnit.NANOSECONDS.toMillis(event.duration()),
                    TimeUnit.NANOSECONDS.toMillis(event.maxExecTime())));
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
