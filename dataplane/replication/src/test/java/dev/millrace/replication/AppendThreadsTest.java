// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;

/** Entries are worked on by the thread that has read them, as long as that cannot block it. */
class AppendThreadsTest {
  private final AtomicBoolean follows = new AtomicBoolean(true);
  private final AppendThreads threads = new AppendThreads(follows::get);

  /** A call that only says what it is. */
  private static final class NamedCall<Q, A> extends ServerCall<Q, A> {
    private final MethodDescriptor<Q, A> method;

    NamedCall(MethodDescriptor<Q, A> method) {
      this.method = method;
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
      return method;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(A message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }
  }

  private Thread workerOfEntries() throws Exception {
    Executor executor =
        threads.getExecutor(
            new NamedCall<>(RaftServerProtocolServiceGrpc.getAppendEntriesMethod()),
            new Metadata());
    CompletableFuture<Thread> worker = new CompletableFuture<>();
    Objects.requireNonNull(executor).execute(() -> worker.complete(Thread.currentThread()));
    return worker.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aFollowerWorksOnEntriesOnTheThreadOfTheConnection() throws Exception {
    assertThat(workerOfEntries()).isEqualTo(Thread.currentThread());
  }

  @Test
  void whoLeadsOrIsACandidateDoesNotBlockTheConnection() throws Exception {
    follows.set(false);
    assertThat(workerOfEntries()).isNotEqualTo(Thread.currentThread());
    follows.set(true);
    assertThat(workerOfEntries()).as("within the same call").isEqualTo(Thread.currentThread());
  }

  @Test
  void whatElseMembersAskEachOtherStaysWhereItWas() {
    assertThat(
            threads.getExecutor(
                new NamedCall<>(RaftServerProtocolServiceGrpc.getRequestVoteMethod()),
                new Metadata()))
        .isNull();
  }
}
