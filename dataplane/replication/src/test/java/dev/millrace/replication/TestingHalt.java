// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.Halt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Notes the first call instead of stopping the process. */
final class TestingHalt implements Halt {
  private record Call(String why, Throwable cause) {}

  private final CompletableFuture<Call> first = new CompletableFuture<>();

  @Override
  public void halt(String why, Throwable cause) {
    first.complete(new Call(why, cause));
  }

  boolean called() {
    return first.isDone();
  }

  /** Why the process would have been stopped; waits for it. */
  String why() throws Exception {
    return first.get(20, TimeUnit.SECONDS).why();
  }

  /** What stopped the process; waits for it. */
  Throwable cause() throws Exception {
    return first.get(20, TimeUnit.SECONDS).cause();
  }
}
