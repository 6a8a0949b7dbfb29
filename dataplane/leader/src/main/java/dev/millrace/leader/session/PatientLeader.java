// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.session;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.SubscriptionRef;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The leaders of shards for a front that waits while a shard has none: the others elect one within
 * seconds, and a client that was refused at once would use up its retries before. Only what was
 * certainly not carried out is tried again here ({@link Reason#NOT_LEADER}).
 *
 * <p>Callable from any thread; never blocks.
 */
public final class PatientLeader implements ShardLeader {
  /**
   * For how long after its beginning a call is tried again: an election, which was seen to take 2
   * to 3 s.
   */
  static final long PATIENCE_MILLIS = 4_000;

  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long MAX_PAUSE_MILLIS = 200;

  private final ShardLeader leader;
  private final TaskTimer timer;
  private final LongSupplier nanoTime;

  /**
   * @param leader finds the leader anew for each call
   * @param nanoTime monotonic time
   */
  public PatientLeader(ShardLeader leader, TaskTimer timer, LongSupplier nanoTime) {
    this.leader = leader;
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  private <T> CompletionStage<T> patiently(Supplier<CompletionStage<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    attempt(call, nanoTime.getAsLong(), FIRST_PAUSE_MILLIS, answer);
    return answer;
  }

  private <T> void attempt(
      Supplier<CompletionStage<T>> call,
      long startNanos,
      long pauseMillis,
      CompletableFuture<T> answer) {
    begun(call)
        .whenComplete(
            (result, failure) -> {
              if (failure == null) {
                answer.complete(result);
              } else if (hasNoLeader(failure) && elapsedMillis(startNanos) < PATIENCE_MILLIS) {
                long nextPause = Math.min(2 * pauseMillis, MAX_PAUSE_MILLIS);
                timer.run(pauseMillis, () -> attempt(call, startNanos, nextPause, answer));
              } else {
                answer.completeExceptionally(CompletionFailures.cause(failure));
              }
            });
  }

  /** Converts an exception into a failed stage, so that every call is answered. */
  private static <T> CompletionStage<T> begun(Supplier<CompletionStage<T>> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static boolean hasNoLeader(Throwable failure) {
    return CompletionFailures.cause(failure) instanceof LogRefusedException refused
        && refused.reason() == Reason.NOT_LEADER;
  }

  private long elapsedMillis(long startNanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNanos);
  }

  @Override
  public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
    return patiently(() -> leader.openSession(shard));
  }

  @Override
  public CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean retry, RecordBatch records) {
    return patiently(() -> leader.append(shard, number, retry, records));
  }

  @Override
  public <T> CompletionStage<T> read(
      ShardRef shard,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      Function<ReadResult, T> then) {
    return patiently(() -> leader.read(shard, fromPosition, maxRecords, maxBytes, then));
  }

  @Override
  public CompletionStage<SubscribeOutcome> subscribe(
      ShardRef shard, ConsumerRef consumer, StartingPosition start) {
    return patiently(() -> leader.subscribe(shard, consumer, start));
  }

  @Override
  public void unsubscribe(SubscriptionRef subscription, long position) {
    leader.unsubscribe(subscription, position);
  }

  @Override
  public <T> CompletionStage<T> tail(
      SubscriptionRef subscription,
      long fromPosition,
      long maxBytes,
      long maxWaitMillis,
      Function<TailResult, T> then) {
    return patiently(() -> leader.tail(subscription, fromPosition, maxBytes, maxWaitMillis, then));
  }

  @Override
  public CompletionStage<Optional<Long>> find(ShardRef shard, StartingPosition start) {
    return patiently(() -> leader.find(shard, start));
  }

  @Override
  public CompletionStage<List<ShardDefinition>> successors(ShardRef sealed) {
    return leader.successors(sealed);
  }
}
