// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.session;

import dev.millrace.core.apply.SessionWindow;
import dev.millrace.core.command.BatchNumber;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A writer's session on one shard: numbers batches and tracks which are settled. At most {@link
 * SessionWindow#WIDTH} numbers are in flight; further batches wait in order. Callable from any
 * thread.
 */
final class ShardSession {
  /** Most batches that may wait for their number. */
  private static final int WAITING = 4_096;

  private final long session;
  private final AtomicInteger pendingDrains = new AtomicInteger();
  private final Queue<Consumer<BatchTicket>> waiting = new ArrayDeque<>();
  private final SortedSet<Long> inFlight = new TreeSet<>();
  private long lastNumber;

  /**
   * Creates a session in which nothing was sent yet.
   *
   * @param session its id
   */
  ShardSession(long session) {
    this.session = session;
  }

  /** A numbered batch, from its first attempt until its result is known. */
  final class BatchTicket {
    private final long number;

    private BatchTicket(long number) {
      this.number = number;
    }

    /** The number to send, with the numbers that are settled now. */
    BatchNumber batch() {
      synchronized (ShardSession.this) {
        return new BatchNumber(session, number, settled());
      }
    }

    /** The result of the batch is known or given up: it is not sent again. */
    void settle() {
      synchronized (ShardSession.this) {
        inFlight.remove(number);
      }
      drain();
    }
  }

  /**
   * Sends a batch when a number is available: now, or on the thread that settles another batch.
   *
   * @return false when too many are waiting already
   */
  boolean submit(Consumer<BatchTicket> send) {
    synchronized (this) {
      if (waiting.size() == WAITING) {
        return false;
      }
      waiting.add(send);
    }
    drain();
    return true;
  }

  /** Whether nothing is in flight or waits. */
  synchronized boolean isIdle() {
    return inFlight.isEmpty() && waiting.isEmpty();
  }

  private long settled() {
    return inFlight.isEmpty() ? lastNumber : inFlight.first() - 1;
  }

  /** Only one thread sends at a time, so that immediate answers do not cause recursion. */
  private void drain() {
    if (pendingDrains.getAndIncrement() != 0) {
      return;
    }
    int drained = 1;
    do {
      for (Runnable next = next(); next != null; next = next()) {
        next.run();
      }
      drained = pendingDrains.addAndGet(-drained);
    } while (drained != 0);
  }

  private synchronized @Nullable Runnable next() {
    if (waiting.isEmpty() || lastNumber + 1 - settled() > SessionWindow.WIDTH) {
      return null;
    }
    Consumer<BatchTicket> send = waiting.remove();
    BatchTicket number = new BatchTicket(++lastNumber);
    inFlight.add(lastNumber);
    return () -> send.accept(number);
  }
}
