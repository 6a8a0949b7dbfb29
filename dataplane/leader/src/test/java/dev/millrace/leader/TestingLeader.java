// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.SubscriptionRef;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A leader whose methods all throw; a test overrides those that it needs. */
public abstract class TestingLeader implements ShardLeader {
  @Override
  public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean again, RecordBatch records) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> CompletionStage<T> read(
      ShardRef shard, long from, int maxRecords, long maxBytes, Function<ReadResult, T> then) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<SubscribeOutcome> subscribe(
      ShardRef shard, ConsumerRef consumer, StartingPosition start) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void unsubscribe(SubscriptionRef subscription, long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> CompletionStage<T> tail(
      SubscriptionRef subscription,
      long from,
      long maxBytes,
      long waitMillis,
      Function<TailResult, T> then) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Optional<Long>> find(ShardRef shard, StartingPosition start) {
    throw new UnsupportedOperationException();
  }
}
