// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs reads and the encoding of their results: on platform threads, since a call into RocksDB pins
 * a carrier thread, and with a bounded queue, since each read may hold 10 MiB and its encoding.
 */
public final class ReadPool implements AutoCloseable {
  private static final long IDLE_SECONDS = 60;

  private final Executor threads;

  /**
   * @param size number of threads
   * @param waiting most reads that may wait for a thread; more are rejected
   */
  public ReadPool(int size, int waiting) {
    this(bounded(size, waiting));
  }

  /**
   * Runs reads where the caller wants them: tests, on the calling thread.
   *
   * @param threads closed with this pool if it can be
   */
  public ReadPool(Executor threads) {
    this.threads = threads;
  }

  private static Executor bounded(int size, int waiting) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().name("read-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Runs a read. The stage fails with {@link LogRefusedException} when too many are waiting. */
  public <T> CompletionStage<T> run(Supplier<T> read) {
    try {
      return CompletableFuture.supplyAsync(read, threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedStage(
          new LogRefusedException(
              Reason.QUEUE_FULL, "too many reads are waiting for the store: " + threads, e));
    }
  }

  @Override
  public void close() {
    if (threads instanceof ExecutorService pool) {
      pool.shutdown();
    }
  }
}
