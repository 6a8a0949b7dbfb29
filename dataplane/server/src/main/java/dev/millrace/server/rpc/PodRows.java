// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.port.ShardRows.AppliedShards;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.replication.PeerRows;
import dev.millrace.server.rpc.RowsFormat.RowsQuestion;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Asks other pods for the rows of their shards. */
public final class PodRows implements PeerRows, AutoCloseable {
  private static final int CONNECTIONS_PER_POD = 1;

  /** A page is read from the disk of a pod that serves others meanwhile. */
  private static final int ANSWER_TIMEOUT_MILLIS = 10_000;

  private final PodCalls calls;

  public PodRows(Vertx vertx) {
    calls = new PodCalls(vertx, CONNECTIONS_PER_POD);
  }

  @Override
  public CompletionStage<AppliedShards> applied(UUID member, String address) {
    return calls
        .call(
            "member " + member,
            List.of(address),
            RowsFormat.APPLIED,
            RowsFormat.appliedQuestion(member),
            ANSWER_TIMEOUT_MILLIS)
        .map(RowsFormat::decodeApplied)
        .toCompletionStage();
  }

  @Override
  public CompletionStage<Optional<RowPage>> rows(
      UUID member, String address, ShardRef shard, long from, int maxBytes) {
    return calls
        .call(
            "member " + member,
            List.of(address),
            RowsFormat.ROWS,
            RowsFormat.encode(new RowsQuestion(member, shard, from, maxBytes)),
            ANSWER_TIMEOUT_MILLIS)
        .map(RowsFormat::decodePage)
        .toCompletionStage();
  }

  @Override
  public void close() {
    calls.close();
  }
}
