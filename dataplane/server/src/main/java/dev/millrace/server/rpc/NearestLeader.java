// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.reshard.ReshardParticipant.Successors;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.SubscriptionRef;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The leaders of shards for the front of a shard pod: in this process for the shards that are led
 * here, and in other pods for the others.
 */
public final class NearestLeader implements ShardLeader {
  private final Function<ShardRef, Optional<ShardLeader>> here;
  private final Function<ShardRef, Optional<Successors>> successors;
  private final RemoteLeader elsewhere;

  /**
   * Creates it.
   *
   * @param here the leader of a shard that is led in this process
   * @param successors what took over from one of those shards
   * @param elsewhere the leaders of all others
   */
  public NearestLeader(
      Function<ShardRef, Optional<ShardLeader>> here,
      Function<ShardRef, Optional<Successors>> successors,
      RemoteLeader elsewhere) {
    this.here = here;
    this.successors = successors;
    this.elsewhere = elsewhere;
  }

  private ShardLeader of(ShardRef shard) {
    return here.apply(shard).orElse(elsewhere);
  }

  @Override
  public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
    return of(shard).openSession(shard);
  }

  @Override
  public CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean retry, RecordBatch records) {
    return of(shard).append(shard, number, retry, records);
  }

  @Override
  public <T> CompletionStage<T> read(
      ShardRef shard,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      Function<ReadResult, T> then) {
    return of(shard).read(shard, fromPosition, maxRecords, maxBytes, then);
  }

  @Override
  public CompletionStage<SubscribeOutcome> subscribe(
      ShardRef shard, ConsumerRef consumer, StartingPosition start) {
    return of(shard).subscribe(shard, consumer, start);
  }

  @Override
  public void unsubscribe(SubscriptionRef subscription, long position) {
    of(subscription.shard()).unsubscribe(subscription, position);
  }

  @Override
  public <T> CompletionStage<T> tail(
      SubscriptionRef subscription,
      long fromPosition,
      long maxBytes,
      long maxWaitMillis,
      Function<TailResult, T> then) {
    return of(subscription.shard()).tail(subscription, fromPosition, maxBytes, maxWaitMillis, then);
  }

  @Override
  public CompletionStage<List<ShardDefinition>> successors(ShardRef sealed) {
    return here.apply(sealed).isPresent()
        ? elsewhere.successors(
            sealed,
            () -> CompletableFuture.completedStage(SuccessorsFormat.of(successors.apply(sealed))))
        : elsewhere.successors(sealed);
  }

  @Override
  public CompletionStage<Optional<Long>> find(ShardRef shard, StartingPosition start) {
    return of(shard).find(shard, start);
  }
}
