// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.util.AwaitToRun;
import org.junit.jupiter.api.Test;

/**
 * A log closes although its cache is about to be evicted: Ratis closes the thread that does it
 * while it holds the lock that this thread waits for (docs/adr/0033-a-log-that-closes.md).
 */
class ClosingLogTest {

  /** As {@code SegmentedRaftLog.close} does it; whether that ends. */
  private static boolean isClosedWithItsLockHeld(Class<?> type) throws Exception {
    ReentrantLock lock = new ReentrantLock();
    CountDownLatch aboutToLock = new CountDownLatch(1);
    Runnable evict =
        () -> {
          aboutToLock.countDown();
          lock.lock();
          try {
            assertThat(lock.isHeldByCurrentThread()).isTrue();
          } finally {
            lock.unlock();
          }
        };
    Object eviction = type.getConstructor(Object.class, Runnable.class).newInstance("log", evict);
    type.getMethod("start").invoke(eviction);
    FutureTask<Boolean> closing =
        new FutureTask<>(
            () -> {
              lock.lock();
              try {
                type.getMethod("signal").invoke(eviction);
                aboutToLock.await();
                type.getMethod("close").invoke(eviction);
                return true;
              } finally {
                lock.unlock();
              }
            });
    Thread closer = Thread.ofPlatform().daemon().start(closing);
    try {
      return closing.get(5, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return false;
    } finally {
      closer.interrupt();
    }
  }

  @Test
  void aThreadThatWaitsForTheLockIsNotWaitedFor() throws Exception {
    assertThat(isClosedWithItsLockHeld(AwaitToRun.class)).isTrue();
  }

  @Test
  void theOriginalClassWaitsForeverForALockOfItsOwn() throws Exception {
    try (OriginalRatis original = new OriginalRatis()) {
      assertThat(isClosedWithItsLockHeld(original.load(AwaitToRun.class))).isFalse();
    }
  }
}
