// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallExecutorSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a member works on the entries that a leader sends: on the thread of the connection, which
 * saves waking another one. Not while it leads or is a candidate itself, since Ratis then waits
 * until that has ended, for which the connections may be needed.
 */
final class AppendThreads implements ServerCallExecutorSupplier, AutoCloseable {
  private static final String METHOD = "appendEntries";

  private final BooleanSupplier follows;

  /** A leader keeps one call with entries open, so there is a thread for each leader that calls. */
  private final ExecutorService others =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("raft-appends-", 0).factory());

  /**
   * For one member.
   *
   * @param follows whether it follows a leader at this moment
   */
  AppendThreads(BooleanSupplier follows) {
    this.follows = follows;
  }

  @Override
  public <Q, A> @Nullable Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
    return METHOD.equals(call.getMethodDescriptor().getBareMethodName()) ? this::execute : null;
  }

  private void execute(Runnable work) {
    if (follows.getAsBoolean()) {
      work.run();
    } else {
      others.execute(work);
    }
  }

  @Override
  public void close() {
    others.shutdown();
  }
}
