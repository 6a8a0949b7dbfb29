// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.report.ReshardPlan.GroupMember;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.leader.reshard.ReshardPeers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Asks the pods of other groups to do their part of a reshard. */
public final class PodReshardCalls implements ReshardPeers, AutoCloseable {
  static final String PATH = "/admin/reshard";

  private static final int CONNECTIONS_PER_POD = 1;

  /** Sealing and opening end with an fsync, which takes time on a busy disk. */
  private static final int ANSWER_TIMEOUT_MILLIS = 5_000;

  private final PodCalls calls;

  public PodReshardCalls(Vertx vertx, Optional<InternalTls> tls) {
    calls = new PodCalls(vertx, CONNECTIONS_PER_POD, tls);
  }

  @Override
  public CompletionStage<ReshardProgress> step(List<GroupMember> members, ReshardStep step) {
    ByteBuffer body = ByteBuffer.wrap(JsonObject.mapFrom(step).toBuffer().getBytes());
    return attempt("reshard of stream " + step.plan().streamId(), members, 0, body)
        .map(answer -> json(answer).mapTo(ReshardProgress.class))
        .toCompletionStage();
  }

  /** One of the members leads. A step may be repeated, so any failure leads to the next one. */
  private Future<ByteBuffer> attempt(
      String subject, List<GroupMember> members, int which, ByteBuffer body) {
    return calls
        .call(
            subject, members.get(which).addresses(), PATH, body.duplicate(), ANSWER_TIMEOUT_MILLIS)
        .recover(
            failure ->
                which + 1 < members.size()
                    ? attempt(subject, members, which + 1, body)
                    : Future.failedFuture(failure));
  }

  private static JsonObject json(ByteBuffer answer) {
    byte[] bytes = new byte[answer.remaining()];
    answer.get(bytes);
    return new JsonObject(Buffer.buffer(bytes));
  }

  @Override
  public void close() {
    calls.close();
  }
}
