// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Simulated time, which advances to the next task when no task is due. */
public final class TestingTime {
  private record Event(long atMillis, long order, Runnable task) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::order));
  private long nowMillis = 1_700_000_000_000L;
  private long order;

  public void later(long millis, Runnable task) {
    events.add(new Event(nowMillis + millis, order++, task));
  }

  public long nowMillis() {
    return nowMillis;
  }

  public long nanoTime() {
    return nowMillis * 1_000_000;
  }

  /** Runs the tasks that are due within a period. */
  public void runFor(long millis) {
    long end = nowMillis + millis;
    while (!events.isEmpty() && events.peek().atMillis() <= end) {
      Event next = events.remove();
      nowMillis = next.atMillis();
      next.task().run();
    }
    nowMillis = end;
  }

  /** Runs all tasks, including those that they add, until none is left. */
  public void runOut() {
    for (Event next = events.poll(); next != null; next = events.poll()) {
      nowMillis = next.atMillis();
      next.task().run();
    }
  }
}
