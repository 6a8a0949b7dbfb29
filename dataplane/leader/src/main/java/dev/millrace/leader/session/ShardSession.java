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
 * A writer's session on one shard: gives batches their numbers and knows which are settled. No more
 * are in flight than the shard's window is wide; those above wait in order. Callable from any
 * thread.
 */
final class ShardSession {
  /** Most batches that wait for their number. */
  private static final int WAITING = 4_096;

  private final long session;
  private final AtomicInteger work = new AtomicInteger();
  private final Queue<Consumer<Numbered>> waiting = new ArrayDeque<>();
  private final SortedSet<Long> inFlight = new TreeSet<>();
  private long last;

  /**
   * A session that nothing was sent in.
   *
   * @param session its name
   */
  ShardSession(long session) {
    this.session = session;
  }

  /**
   * A batch with its number, from when it is first sent until its writer knows what became of it.
   */
  final class Numbered {
    private final long number;

    private Numbered(long number) {
      this.number = number;
    }

    /** The number to send now. */
    BatchNumber batch() {
      synchronized (ShardSession.this) {
        return new BatchNumber(session, number, settled());
      }
    }

    /** What became of the batch is known, or given up: it is not sent again. */
    void settle() {
      synchronized (ShardSession.this) {
        inFlight.remove(number);
      }
      drain();
    }
  }

  /**
   * Has a batch sent when there is a number for it: now, or by whoever settles another.
   *
   * @return false when too many wait already
   */
  boolean submit(Consumer<Numbered> send) {
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
    return inFlight.isEmpty() ? last : inFlight.first() - 1;
  }

  /** One thread at a time sends, so that an answer that comes at once does not deepen the stack. */
  private void drain() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (Runnable next = next(); next != null; next = next()) {
        next.run();
      }
      seen = work.addAndGet(-seen);
    } while (seen != 0);
  }

  private synchronized @Nullable Runnable next() {
    if (waiting.isEmpty() || last + 1 - settled() > SessionWindow.WIDTH) {
      return null;
    }
    Consumer<Numbered> send = waiting.remove();
    Numbered number = new Numbered(++last);
    inFlight.add(last);
    return () -> send.accept(number);
  }
}
