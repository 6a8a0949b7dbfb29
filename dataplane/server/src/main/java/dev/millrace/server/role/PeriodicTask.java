// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Runs work periodically, one run at a time. A failed run is logged; the next one tries again. */
final class PeriodicTask implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PeriodicTask.class);

  private final Vertx vertx;
  private final String what;
  private final Supplier<CompletionStage<Void>> work;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final long timer;

  /**
   * Starts the task; the first run begins after one interval.
   *
   * @param what names the work in log messages
   * @param work starts the work; called on a worker thread, so it may block on files
   */
  PeriodicTask(Vertx vertx, long everyMillis, String what, Supplier<CompletionStage<Void>> work) {
    this.vertx = vertx;
    this.what = what;
    this.work = work;
    this.timer = vertx.setPeriodic(everyMillis, tick -> vertx.executeBlocking(this::turn, false));
  }

  private boolean turn() {
    if (!busy.compareAndSet(false, true)) {
      return false;
    }
    CompletionStage<Void> done;
    try {
      done = work.get();
    } catch (RuntimeException e) {
      done = CompletableFuture.failedStage(e);
    }
    done.whenComplete(
        (nothing, failure) -> {
          busy.set(false);
          if (failure != null) {
            LOG.warnf("%s is tried again later: %s", what, failure.toString());
          }
        });
    return true;
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }
}
