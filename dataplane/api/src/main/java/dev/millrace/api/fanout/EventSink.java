// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

import dev.millrace.protocol.Blob;

/**
 * Sends the messages of a subscription to its client's stream. Every method except {@link #run}
 * must be called on the stream's own thread.
 */
public interface EventSink {
  /** Sends a message; the client's flow control may delay it. */
  void send(Blob message);

  /** Whether the client can receive more now. */
  boolean isReady();

  /** Calls back, once, when the client can receive more. */
  void whenReady(Runnable ready);

  /** Ends the stream normally. */
  void end();

  /** Runs a task on the stream's own thread. Callable from any thread. */
  void run(Runnable task);

  /**
   * Runs a task on the stream's own thread after a delay.
   *
   * @return cancels the task
   */
  Runnable runAfter(long millis, Runnable task);
}
