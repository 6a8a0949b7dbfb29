package dev.millrace.server.port;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that requests and answers in flight hold together, whoever sends them. Callable
 * from any thread; never blocks.
 */
public final class ByteBudget {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /**
   * A budget.
   *
   * @param most bytes
   */
  public ByteBudget(long most) {
    this.most = most;
  }

  /** Takes bytes if that many are left; false leaves the budget as it was. */
  public boolean tryTake(long bytes) {
    if (taken.addAndGet(bytes) > most) {
      taken.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives taken bytes back. */
  public void giveBack(long bytes) {
    taken.addAndGet(-bytes);
  }
}
