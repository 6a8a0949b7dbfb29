// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts open connections and closes those above the limit at once. Callable from any thread. */
final class ConnectionLimit {
  private final int limit;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * Creates a limit.
   *
   * @param limit most connections that are open at a time
   */
  ConnectionLimit(int limit) {
    this.limit = limit;
  }

  /** Counts the connection until it closes; false if it was above the limit and has been closed. */
  boolean admit(Channel channel) {
    if (open.incrementAndGet() > limit) {
      open.decrementAndGet();
      channel.close();
      return false;
    }
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    return true;
  }
}
