// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import dev.millrace.e2e.history.LoggedCall;
import dev.millrace.e2e.history.LoggedCall.FailedCall;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Takes the calls of all threads, in the order in which they ended. Thread-safe. */
public final class CallLog {
  /** Between a call that failed and the same call once more. */
  static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  private final Consumer<LoggedCall> calls;
  private final long origin = System.nanoTime();

  /**
   * A new log.
   *
   * @param calls is called by one thread at a time
   */
  public CallLog(Consumer<LoggedCall> calls) {
    this.calls = calls;
  }

  /** Microseconds since the log began. */
  public long now() {
    return (System.nanoTime() - origin) / 1000;
  }

  synchronized void add(LoggedCall call) {
    calls.accept(call);
  }

  /** Makes a call, which may fail. */
  <T> Optional<T> attempt(String who, String operation, Supplier<T> call) {
    long start = now();
    try {
      return Optional.of(call.get());
    } catch (SdkException e) {
      add(new FailedCall(who, start, now(), operation, word(e)));
      return Optional.empty();
    }
  }

  /** Makes a call until it succeeds. */
  <T> T insist(String who, String operation, Supplier<T> call) {
    while (true) {
      Optional<T> answer = attempt(who, operation, call);
      if (answer.isPresent()) {
        return answer.get();
      }
      pause(PAUSE_AFTER_FAILURE);
    }
  }

  /** The name of an error. */
  static String word(Throwable error) {
    String name =
        error instanceof AwsServiceException service && service.awsErrorDetails() != null
            ? service.awsErrorDetails().errorCode()
            : error.getClass().getSimpleName();
    return name == null || name.isBlank() ? "nameless" : name.replaceAll("\\s", "_");
  }

  static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }
}
