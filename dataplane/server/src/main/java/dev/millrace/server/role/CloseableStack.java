// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Closes the parts of a role in the reverse of the order in which they were opened. */
final class CloseableStack implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** Adds a part and returns it. */
  synchronized <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /**
   * Waits for a stage during the start.
   *
   * @param what prefix of the message of a failure
   */
  static <T> T done(String what, CompletionStage<T> stage) throws IOException {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new IOException(what + ": " + e.getCause(), e);
    }
  }

  /** Closes every part, even if closing another one fails. */
  @Override
  public synchronized void close() throws IOException {
    IOException failure = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        failure = failure == null ? new IOException("stop was not clean: " + e, e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
