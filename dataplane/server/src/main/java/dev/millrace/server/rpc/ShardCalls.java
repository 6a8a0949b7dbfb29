// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.reshard.ReshardParticipant;
import dev.millrace.leader.shard.NumberedBatch;
import dev.millrace.leader.shard.ShardLeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the calls of fronts: the serving side of {@link RemoteLeader}.
 *
 * @param leader the leader of this process' shards; empty while there is none
 * @param successors the open shards that took over from a sealed one
 */
public record ShardCalls(
    Supplier<Optional<ShardLeader>> leader,
    Function<ShardRef, Optional<ReshardParticipant.Successors>> successors) {

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
      case RpcFormat.SUBSCRIBE -> Optional.of(with(leader -> subscribe(leader, body)));
      case RpcFormat.UNSUBSCRIBE -> Optional.of(with(leader -> unsubscribe(leader, body)));
      case RpcFormat.FIND -> Optional.of(with(leader -> find(leader, body)));
      case SuccessorsFormat.PATH -> Optional.of(with(leader -> successors(body)));
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
    return leader
        .openSession(RpcFormat.decodeShard("session request", body))
        .thenApply(RpcFormat::encode);
  }

  private static CompletionStage<ByteBuffer> append(ShardLeader leader, ByteBuffer body) {
    List<CompletableFuture<BatchAnswer>> answers =
        leader.appendAll(batches(body)).stream()
            .map(stage -> stage.handle(ShardCalls::answer).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done ->
                RpcFormat.encodeAnswers(
                    answers.stream().map(CompletableFuture::resultNow).toList()));
  }

  /** Bytes that do not read have certainly not been appended. */
  private static List<NumberedBatch> batches(ByteBuffer body) {
    try {
      return RpcFormat.decodeAppend(body);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new LogRefusedException(Reason.MALFORMED, String.valueOf(e.getMessage()), e);
    }
  }

  private static BatchAnswer answer(@Nullable AppendOutcome outcome, @Nullable Throwable failure) {
    return outcome != null
        ? new BatchAnswer.Resolved(outcome)
        : new BatchAnswer.Refused(refused(failure));
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
        request.subscription(),
        request.fromPosition(),
        request.maxBytes(),
        request.maxWaitMillis(),
        RpcFormat::encode);
  }

  private static CompletionStage<ByteBuffer> subscribe(ShardLeader leader, ByteBuffer body) {
    RpcFormat.SubscribeRequest request = RpcFormat.decodeSubscribe(body);
    return leader
        .subscribe(request.shard(), request.consumer(), request.start())
        .thenApply(RpcFormat::encode);
  }

  private static CompletionStage<ByteBuffer> unsubscribe(ShardLeader leader, ByteBuffer body) {
    RpcFormat.UnsubscribeRequest request = RpcFormat.decodeUnsubscribe(body);
    leader.unsubscribe(request.subscription(), request.position());
    return CompletableFuture.completedStage(RpcFormat.encodeUnsubscribed());
  }

  private static CompletionStage<ByteBuffer> find(ShardLeader leader, ByteBuffer body) {
    RpcFormat.FindRequest request = RpcFormat.decodeFind(body);
    return leader.find(request.shard(), request.start()).thenApply(RpcFormat::encodeFound);
  }

  private CompletionStage<ByteBuffer> successors(ByteBuffer body) {
    ShardRef sealed = RpcFormat.decodeShard("successors request", body);
    return CompletableFuture.completedStage(
        SuccessorsFormat.encode(SuccessorsFormat.of(successors.apply(sealed))));
  }

  private static ByteBuffer refusal(Throwable failure) {
    LogRefusedException refused = refused(failure);
    return RpcFormat.encodeRefusal(refused.reason(), String.valueOf(refused.getMessage()));
  }

  private static LogRefusedException refused(@Nullable Throwable failure) {
    Throwable cause = failure == null ? null : CompletionFailures.cause(failure);
    return cause instanceof LogRefusedException refused
        ? refused
        : new LogRefusedException(Reason.UNKNOWN_OUTCOME, String.valueOf(cause), cause);
  }
}
