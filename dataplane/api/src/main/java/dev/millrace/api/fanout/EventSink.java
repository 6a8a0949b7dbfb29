// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

import dev.millrace.protocol.Blob;

/**
 * Where the messages of a subscription go: one client's stream. Every method is called on the
 * stream's own thread.
 */
public interface EventSink {
  /** Sends a message; the client's flow control may keep it here for a while. */
  void send(Blob message);

  /** Whether the client takes more now. */
  boolean isReady();

  /** Calls back, once, when the client takes more. */
  void whenReady(Runnable ready);

  /** Ends the stream in order. */
  void end();

  /** Runs something on the stream's own thread. */
  void run(Runnable task);

  /**
   * Runs something on the stream's own thread after a while.
   *
   * @return gives it up
   */
  Runnable runAfter(long millis, Runnable task);
}
