// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.port;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that requests or answers in flight hold together. Callable from any thread;
 * never blocks.
 */
public final class ByteBudget {
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /**
   * Creates a budget.
   *
   * @param limit bytes
   */
  public ByteBudget(long limit) {
    this.limit = limit;
  }

  /** Takes bytes from the budget; returns false and takes none if fewer are left. */
  public boolean tryTake(long bytes) {
    if (taken.addAndGet(bytes) > limit) {
      taken.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Returns bytes to the budget. */
  public void giveBack(long bytes) {
    taken.addAndGet(-bytes);
  }
}
