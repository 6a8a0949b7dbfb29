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
 * Makes blocking calls side by side, each on a virtual thread. The bound is the process's, not the
 * caller's: all streams share it.
 */
public final class BoundedCalls implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore free;

  /**
   * New calls.
   *
   * @param most calls at a time
   */
  public BoundedCalls(int most) {
    this.free = new Semaphore(most);
  }

  /**
   * Calls for each and waits for all.
   *
   * @return the results, in the order of what was given
   * @throws RuntimeException what the first call that failed threw, with those of the others
   *     suppressed; all were made
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
