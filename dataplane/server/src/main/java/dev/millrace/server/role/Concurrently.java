// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same with several parts of a role at a time, each on a thread of its own. */
final class Concurrently {

  /** What is done with a part; may block. */
  @FunctionalInterface
  interface PartAction<T> {
    void on(T part) throws Exception;
  }

  private Concurrently() {}

  /**
   * Waits until it is done with all parts, also if one fails.
   *
   * @throws IOException the first failure, with its message
   */
  static <T> void forEach(List<T> parts, PartAction<T> action) throws IOException {
    List<Callable<Boolean>> tasks = parts.stream().map(part -> task(part, action)).toList();
    IOException failure = null;
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("part-", 0).factory())) {
      for (Future<Boolean> done : threads.invokeAll(tasks)) {
        try {
          done.get();
        } catch (ExecutionException e) {
          Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
          failure = failure == null ? asIoException(cause) : failure;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static IOException asIoException(Throwable cause) {
    return cause instanceof IOException known
        ? known
        : new IOException(String.valueOf(cause.getMessage()), cause);
  }

  private static <T> Callable<Boolean> task(T part, PartAction<T> action) {
    return () -> {
      action.on(part);
      return true;
    };
  }
}
