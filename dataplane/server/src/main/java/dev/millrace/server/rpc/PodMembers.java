// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.port.ShardRows.AppliedShards;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.replication.PeerRows;
import dev.millrace.server.rpc.MemberFormat.RowsQuestion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Asks the other members of a group, which are in other pods. */
public final class PodMembers implements PeerRows, AutoCloseable {
  private static final int CONNECTIONS_PER_POD = 1;

  /** A page is read from the disk of a pod that serves others meanwhile. */
  private static final int ANSWER_TIMEOUT_MILLIS = 10_000;

  /** Nothing is waited for there. */
  private static final int STANDING_TIMEOUT_MILLIS = 1_000;

  private final PodCalls calls;

  public PodMembers(Vertx vertx, Optional<InternalTls> tls) {
    calls = new PodCalls(vertx, CONNECTIONS_PER_POD, tls);
  }

  @Override
  public CompletionStage<AppliedShards> applied(UUID member, String address) {
    return call(member, address, MemberFormat.APPLIED, ANSWER_TIMEOUT_MILLIS)
        .map(MemberFormat::decodeApplied)
        .toCompletionStage();
  }

  @Override
  public CompletionStage<ByteBuffer> configuration(UUID member, String address) {
    return call(member, address, MemberFormat.CONFIGURATION, ANSWER_TIMEOUT_MILLIS)
        .toCompletionStage();
  }

  /** A question that names a member and says no more. */
  private Future<ByteBuffer> call(UUID member, String address, String path, int timeoutMillis) {
    return calls.call(
        "member " + member,
        List.of(address),
        path,
        MemberFormat.bareQuestion(member),
        timeoutMillis);
  }

  @Override
  public CompletionStage<Optional<RowPage>> rows(
      UUID member, String address, ShardRef shard, long from, int maxBytes) {
    return calls
        .call(
            "member " + member,
            List.of(address),
            MemberFormat.ROWS,
            MemberFormat.encode(new RowsQuestion(member, shard, from, maxBytes)),
            ANSWER_TIMEOUT_MILLIS)
        .map(MemberFormat::decodePage)
        .toCompletionStage();
  }

  /**
   * How a member stands.
   *
   * @return fails if it does not answer within a second
   */
  public Future<MemberStanding> standing(UUID member, String address) {
    return call(member, address, MemberFormat.STANDING, STANDING_TIMEOUT_MILLIS)
        .map(MemberFormat::decodeStanding);
  }

  @Override
  public void close() {
    calls.close();
  }
}
