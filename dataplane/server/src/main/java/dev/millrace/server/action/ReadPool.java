package dev.millrace.server.action;

import dev.millrace.core.error.KinesisError;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Where reads of the store are done: platform threads, since a call into RocksDB holds its carrier,
 * and a bounded queue, since each read may hold 10 MiB and its encoding.
 */
public final class ReadPool implements AutoCloseable {
  private static final long IDLE_SECONDS = 60;

  private final ThreadPoolExecutor threads;

  /**
   * A pool.
   *
   * @param size threads
   * @param waiting reads that may wait for one; more are refused
   */
  public ReadPool(int size, int waiting) {
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().name("read-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Runs a read; refused with ServiceUnavailable when too many wait. */
  CompletionStage<Answer> run(Supplier<Answer> read) {
    try {
      return CompletableFuture.supplyAsync(read, threads);
    } catch (RejectedExecutionException e) {
      return new Answer.Refused(
              KinesisError.unavailable(
                  threads.getQueue().size() + " reads are waiting for the store"))
          .now();
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
