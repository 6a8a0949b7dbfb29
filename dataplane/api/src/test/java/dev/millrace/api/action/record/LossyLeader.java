// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.TestingLeader;
import dev.millrace.leader.TestingShards;
import dev.millrace.leader.TestingTime;
import dev.millrace.leader.shard.LocalLeader;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.leader.shard.ShardTails;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The real leader of shards behind a network on which calls and answers are rejected, lost, or
 * delayed beyond the timeout. It throttles occasional records.
 */
public final class LossyLeader extends TestingLeader {
  private static final int TIMEOUT_MILLIS = 3_000;
  private static final int LONGEST_DELAY_MILLIS = 8_000;

  private final TestingTime time;
  private final Random random;
  private final LocalLeader leader;
  private int percentLost;

  public LossyLeader(TestingShards log, TestingTime time, Random random) {
    this.time = time;
    this.random = random;
    this.leader =
        new LocalLeader(
            log,
            log.reader(),
            RecordCipher.NONE,
            new ReadPool(1, 1),
            new ShardTails(),
            new OccasionalThrottling(random),
            () -> Instant.ofEpochMilli(time.nowMillis()),
            random::nextLong);
  }

  /** From now on this percentage of calls fails. */
  void lose(int percent) {
    percentLost = percent;
  }

  @Override
  public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
    return call(() -> leader.openSession(shard));
  }

  @Override
  public CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean again, RecordBatch records) {
    return call(() -> leader.append(shard, number, again, records));
  }

  private <T> CompletionStage<T> call(Supplier<CompletionStage<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    int soon = random.nextInt(10);
    if (random.nextInt(100) >= percentLost) {
      time.later(
          soon,
          () ->
              call.get()
                  .thenAccept(
                      result -> time.later(random.nextInt(10), () -> answer.complete(result))));
      return answer;
    }
    switch (random.nextInt(4)) {
      case 0 -> time.later(soon, () -> fail(answer, Reason.NOT_LEADER));
      case 1 -> time.later(TIMEOUT_MILLIS, () -> fail(answer, Reason.UNKNOWN_OUTCOME));
      case 2 -> {
        time.later(soon, () -> withoutAnswer(call));
        time.later(random.nextInt(100), () -> fail(answer, Reason.UNKNOWN_OUTCOME));
      }
      default -> {
        time.later(random.nextInt(LONGEST_DELAY_MILLIS), () -> withoutAnswer(call));
        time.later(random.nextInt(100), () -> fail(answer, Reason.UNKNOWN_OUTCOME));
      }
    }
    return answer;
  }

  /** Performs the call after its answer has timed out. */
  private static <T> void withoutAnswer(Supplier<CompletionStage<T>> call) {
    call.get().toCompletableFuture().join();
  }

  private static void fail(CompletableFuture<?> answer, Reason reason) {
    answer.completeExceptionally(
        new LogRefusedException(reason, "simulated network failure", null));
  }

  private record OccasionalThrottling(Random random) implements ShardLimits {
    @Override
    public boolean admitWrite(ShardRef shard, long bytes) {
      return random.nextInt(10) > 0;
    }

    @Override
    public boolean admitRead(ShardRef shard) {
      return true;
    }

    @Override
    public void read(ShardRef shard, long bytes) {}

    @Override
    public void forget(ShardRef shard) {}
  }
}
