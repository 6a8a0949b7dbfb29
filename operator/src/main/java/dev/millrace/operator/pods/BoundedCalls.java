// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Makes blocking calls concurrently, each on a virtual thread. All streams share one bound on the
 * number of calls.
 */
public final class BoundedCalls implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore free;

  /**
   * New calls.
   *
   * @param most maximum number of concurrent calls
   */
  public BoundedCalls(int most) {
    this.free = new Semaphore(most);
  }

  /**
   * Makes a call for each element and waits for all calls.
   *
   * @return the results, in the order of what was given
   * @throws RuntimeException the exception of the first call that failed, with those of others
   *     suppressed; all calls were made
   */
  public <T, R> List<R> each(Collection<T> over, Function<T, R> call) {
    List<Future<R>> calls = new ArrayList<>(over.size());
    for (T one : over) {
      free.acquireUninterruptibly();
      calls.add(
          threads.submit(
              () -> {
                try {
                  return call.apply(one);
                } finally {
                  free.release();
                }
              }));
    }
    return results(calls);
  }

  private static <R> List<R> results(List<Future<R>> calls) {
    List<R> results = new ArrayList<>(calls.size());
    RuntimeException failure = null;
    for (Future<R> call : calls) {
      try {
        results.add(call.get());
      } catch (ExecutionException e) {
        RuntimeException thrown =
            e.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(e.getCause());
        if (failure == null) {
          failure = thrown;
        } else {
          failure.addSuppressed(thrown);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted: the operator is stopping", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
