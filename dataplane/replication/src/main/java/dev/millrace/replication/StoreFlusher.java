// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardStore;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes the store durable in a thread of its own, so that entries are applied meanwhile: after a
 * number of entries or bytes, after a time, and once more when the group is closed.
 *
 * <p>One flush runs at a time and at most one more waits. When the disk is slower than the log, the
 * bytes that are applied and not durable reach {@link RaftBounds#unflushedBytes}, and {@link
 * #applied} waits; else a start would replay without bound.
 */
final class StoreFlusher {
  private final RaftBounds bounds;
  private final ShardStore store;
  private final Halt halt;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("store-flush").factory());
  private final AtomicBoolean waiting = new AtomicBoolean();
  private volatile Runnable whenDurable = () -> {};

  private final Object lock = new Object();
  private long bytesUnflushed;
  private long bytesSinceRequest;
  private int entriesSinceRequest;
  private boolean ended;

  StoreFlusher(RaftBounds bounds, ShardStore store, Halt halt) {
    this.bounds = bounds;
    this.store = store;
    this.halt = halt;
  }

  /**
   * Starts to flush by time too.
   *
   * @param onDurable called after each flush that covered more than the one before; must not block
   */
  void start(Runnable onDurable) {
    whenDurable = onDurable;
    long millis = bounds.flushInterval().toMillis();
    thread.scheduleWithFixedDelay(this::flush, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Counts an entry that was applied. Called by the applying thread, which may have to wait. */
  void applied(int bytes) {
    boolean due;
    synchronized (lock) {
      bytesUnflushed += bytes;
      bytesSinceRequest += bytes;
      entriesSinceRequest++;
      due =
          bytesSinceRequest >= bounds.flushBytes() || entriesSinceRequest >= bounds.flushEntries();
      if (due) {
        bytesSinceRequest = 0;
        entriesSinceRequest = 0;
      }
    }
    if (due) {
      request();
    }
    awaitRoom();
  }

  private void request() {
    if (waiting.compareAndSet(false, true)) {
      try {
        thread.execute(this::flush);
      } catch (RejectedExecutionException e) {
        // The group is being closed, which flushes too.
        waiting.set(false);
      }
    }
  }

  private void awaitRoom() {
    synchronized (lock) {
      while (bytesUnflushed > bounds.unflushedBytes() && !ended) {
        request();
        try {
          lock.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private void flush() {
    waiting.set(false);
    long covered;
    synchronized (lock) {
      covered = bytesUnflushed;
    }
    try {
      LogPosition before = store.durable();
      LogPosition after = store.flush();
      synchronized (lock) {
        bytesUnflushed -= covered;
        lock.notifyAll();
      }
      if (!after.equals(before)) {
        whenDurable.run();
      }
    } catch (RuntimeException | Error e) {
      end();
      halt.halt("the store cannot be flushed", e);
      throw e;
    }
  }

  private void end() {
    synchronized (lock) {
      ended = true;
      lock.notifyAll();
    }
  }

  /**
   * Flushes once more and stops.
   *
   * @param most how long to wait; a flush that takes longer is left to itself
   * @return whether it was done in that time; if not, more is replayed at the next start
   */
  boolean close(Duration most) {
    boolean done = false;
    try {
      thread.submit(this::flush).get(most.toMillis(), TimeUnit.MILLISECONDS);
      done = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException | RejectedExecutionException e) {
      // Too slow, or it failed and has halted the process.
      done = false;
    }
    end();
    thread.shutdownNow();
    return done;
  }
}
