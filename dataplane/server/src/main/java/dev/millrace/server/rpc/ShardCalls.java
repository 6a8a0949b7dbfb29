// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.leader.shard.ShardLeader;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers the calls of fronts: the serving side of {@link RemoteLeader}.
 *
 * @param leader the leader of this process' shards; empty while there is none
 */
public record ShardCalls(Supplier<Optional<ShardLeader>> leader) {

  /**
   * Answers a call; never fails.
   *
   * @return empty for a path that is none of ours
   */
  Optional<CompletionStage<ByteBuffer>> answer(String path, ByteBuffer body) {
    return switch (path) {
      case RpcFormat.OPEN_SESSION -> Optional.of(with(leader -> openSession(leader, body)));
      case RpcFormat.APPEND -> Optional.of(with(leader -> append(leader, body)));
      case RpcFormat.READ -> Optional.of(with(leader -> read(leader, body)));
      case RpcFormat.TAIL -> Optional.of(with(leader -> tail(leader, body)));
      case RpcFormat.FIND -> Optional.of(with(leader -> find(leader, body)));
      default -> Optional.empty();
    };
  }

  private CompletionStage<ByteBuffer> with(
      Function<ShardLeader, CompletionStage<ByteBuffer>> call) {
    CompletionStage<ByteBuffer> stage;
    try {
      stage =
          leader
              .get()
              .map(call)
              .orElseGet(
                  () ->
                      CompletableFuture.failedStage(
                          new LogRefusedException(
                              Reason.NOT_LEADER, "no shards are hosted here yet", null)));
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedStage(e);
    }
    return stage.exceptionally(ShardCalls::refusal);
  }

  private static CompletionStage<ByteBuffer> openSession(ShardLeader leader, ByteBuffer body) {
    return leader.openSession(RpcFormat.decodeOpenSession(body)).thenApply(RpcFormat::encode);
  }

  private static CompletionStage<ByteBuffer> append(ShardLeader leader, ByteBuffer body) {
    RpcFormat.AppendRequest request = RpcFormat.decodeAppend(body);
    return leader
        .append(request.shard(), request.number(), request.again(), request.records())
        .thenApply(RpcFormat::encode);
  }

  private static CompletionStage<ByteBuffer> read(ShardLeader leader, ByteBuffer body) {
    RpcFormat.ReadRequest request = RpcFormat.decodeRead(body);
    return leader.read(
        request.shard(),
        request.fromPosition(),
        request.maxRecords(),
        request.maxBytes(),
        RpcFormat::encode);
  }

  private static CompletionStage<ByteBuffer> tail(ShardLeader leader, ByteBuffer body) {
    RpcFormat.TailRequest request = RpcFormat.decodeTail(body);
    return leader.tail(
        request.shard(),
        request.fromPosition(),
        request.maxBytes(),
        request.maxWaitMillis(),
        RpcFormat::encode);
  }

  private static CompletionStage<ByteBuffer> find(ShardLeader leader, ByteBuffer body) {
    RpcFormat.FindRequest request = RpcFormat.decodeFind(body);
    return leader.find(request.shard(), request.start()).thenApply(RpcFormat::encodeFound);
  }

  private static ByteBuffer refusal(Throwable failure) {
    Throwable cause = CompletionFailures.cause(failure);
    return cause instanceof LogRefusedException refused
        ? RpcFormat.encodeRefusal(refused.reason(), String.valueOf(refused.getMessage()))
        : RpcFormat.encodeRefusal(Reason.UNKNOWN_OUTCOME, cause.toString());
  }
}
