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
 * Work on many things of which only a few are under way together, so that a queue which others need
 * too is not filled by it.
 */
public final class BoundedConcurrency {
  private BoundedConcurrency() {}

  /**
   * Does something with each; one that fails keeps no other from being done.
   *
   * @param most how many are under way at a time
   * @return completes when all are done, with the first failure if there was one
   */
  public static <T> CompletionStage<Void> forEach(
      Collection<T> things, int most, Function<T, CompletionStage<?>> work) {
    Run<T> run = new Run<>(new ArrayDeque<>(things), work, Math.min(most, things.size()));
    for (int i = 0; i < most && i < things.size(); i++) {
      run.lane();
    }
    if (things.isEmpty()) {
      run.done.complete(null);
    }
    return run.done;
  }

  private static final class Run<T> {
    private final Queue<T> left;
    private final Function<T, CompletionStage<?>> work;
    private final AtomicInteger lanes;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private @Nullable Throwable failure;

    Run(Queue<T> left, Function<T, CompletionStage<?>> work, int lanes) {
      this.left = left;
      this.work = work;
      this.lanes = new AtomicInteger(lanes);
    }

    /** Takes one after the other; what is done at once does not deepen the stack. */
    void lane() {
      for (T thing = next(); thing != null; thing = next()) {
        CompletableFuture<?> stage = begun(thing);
        if (!stage.isDone()) {
          stage.whenComplete((result, thrown) -> goOn(thrown));
          return;
        }
        if (stage.isCompletedExceptionally()) {
          note(stage.exceptionNow());
        }
      }
      if (lanes.decrementAndGet() == 0) {
        end();
      }
    }

    private CompletableFuture<?> begun(T thing) {
      try {
        return work.apply(thing).toCompletableFuture();
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private void goOn(@Nullable Throwable thrown) {
      if (thrown != null) {
        note(thrown);
      }
      lane();
    }

    private synchronized @Nullable T next() {
      return left.poll();
    }

    private synchronized void note(Throwable thrown) {
      failure = failure == null ? thrown : failure;
    }

    private synchronized void end() {
      if (failure == null) {
        done.complete(null);
      } else {
        done.completeExceptionally(failure);
      }
    }
  }
}
