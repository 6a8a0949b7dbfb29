package dev.millrace.server.http;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts open connections and closes those above the bound at once. Callable from any thread. */
final class ConnectionLimit {
  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * A limit.
   *
   * @param most connections open at a time
   */
  ConnectionLimit(int most) {
    this.most = most;
  }

  /** Counts the connection until it closes; false when it was one too many and has been closed. */
  boolean admit(Channel channel) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      channel.close();
      return false;
    }
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    return true;
  }
}
