// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs asynchronous work on many items with bounded concurrency, so that it does not fill a queue
 * that others also use.
 */
public final class BoundedConcurrency {
  private BoundedConcurrency() {}

  /**
   * Runs the work on each item. A failure does not prevent the work on other items.
   *
   * @param maxConcurrent how many items are worked on at a time
   * @return completes when all are done, with the first failure if there was one
   */
  public static <T> CompletionStage<Void> forEach(
      Collection<T> items, int maxConcurrent, Function<T, CompletionStage<?>> work) {
    Run<T> run = new Run<>(new ArrayDeque<>(items), work, Math.min(maxConcurrent, items.size()));
    for (int i = 0; i < maxConcurrent && i < items.size(); i++) {
      run.runLane();
    }
    if (items.isEmpty()) {
      run.done.complete(null);
    }
    return run.done;
  }

  private static final class Run<T> {
    private final Queue<T> remaining;
    private final Function<T, CompletionStage<?>> work;
    private final AtomicInteger lanes;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private @Nullable Throwable failure;

    Run(Queue<T> remaining, Function<T, CompletionStage<?>> work, int lanes) {
      this.remaining = remaining;
      this.work = work;
      this.lanes = new AtomicInteger(lanes);
    }

    /**
     * Works on one item after the other. A loop, so that work that completes immediately does not
     * cause recursion.
     */
    void runLane() {
      for (T item = next(); item != null; item = next()) {
        CompletableFuture<?> stage = start(item);
        if (!stage.isDone()) {
          stage.whenComplete((result, thrown) -> resume(thrown));
          return;
        }
        if (stage.isCompletedExceptionally()) {
          recordFailure(stage.exceptionNow());
        }
      }
      if (lanes.decrementAndGet() == 0) {
        finish();
      }
    }

    private CompletableFuture<?> start(T item) {
      try {
        return work.apply(item).toCompletableFuture();
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private void resume(@Nullable Throwable thrown) {
      if (thrown != null) {
        recordFailure(thrown);
      }
      runLane();
    }

    private synchronized @Nullable T next() {
      return remaining.poll();
    }

    private synchronized void recordFailure(Throwable thrown) {
      failure = failure == null ? thrown : failure;
    }

    private synchronized void finish() {
      if (failure == null) {
        done.complete(null);
      } else {
        done.completeExceptionally(failure);
      }
    }
  }
}
