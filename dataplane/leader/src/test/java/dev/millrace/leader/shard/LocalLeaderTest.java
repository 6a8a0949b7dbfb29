// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.apply.SessionWindow;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.TestingShards;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A leader bounds what a shard remembers and what a restart reads. */
class LocalLeaderTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));

  private final TestingShards shards = new TestingShards();
  private final Random names = new Random(1);
  private final LocalLeader leader = leader(shards);

  private LocalLeader leader(ShardLog log) {
    return new LocalLeader(
        log,
        shards.reader(),
        RecordCipher.NONE,
        new ReadPool(1, 1),
        new ShardTails(),
        ShardLimits.NONE,
        () -> Instant.ofEpochSecond(1_700_000_000L),
        names::nextLong);
  }

  private long session() {
    shards.propose(new Command.OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L));
    SessionOutcome opened = leader.openSession(SHARD).toCompletableFuture().join();
    return ((Outcome.SessionOpened) opened).session();
  }

  private AppendOutcome append(BatchNumber number, boolean again, int bytes) {
    RecordBatch records =
        new RecordBatch.Builder(64).add(new byte[1], new byte[bytes], 0, bytes).build();
    return leader.append(SHARD, number, again, records).toCompletableFuture().join();
  }

  @Test
  void noTwoSessionsHaveOneName() {
    assertThat(session()).isPositive().isNotEqualTo(session());
  }

  @Test
  void aBatchFarAboveWhatIsSettledIsNotTaken() {
    long session = session();
    long width = SessionWindow.WIDTH;
    assertThat(append(new BatchNumber(session, width, 0), false, 1))
        .isInstanceOf(Outcome.Appended.class);
    assertThat(append(new BatchNumber(session, width + 1, 0), false, 1))
        .isEqualTo(new Outcome.OutsideWindow());
    assertThat(append(new BatchNumber(session, width + 1, 1), false, 1))
        .isInstanceOf(Outcome.Appended.class);
  }

  @Test
  void aRepeatOfWhatIsAppliedTakesNoRoomInTheLog() {
    long session = session();
    AppendOutcome first = append(new BatchNumber(session, 1, 0), false, 1);
    shards.stopAfter(0);
    assertThat(append(new BatchNumber(session, 1, 0), true, 1)).isEqualTo(first);
  }

  @Test
  void aRepeatIsNotAnsweredWhereAnotherLeadsWhoMayHaveAppliedLess() {
    long session = session();
    append(new BatchNumber(session, 1, 0), false, 1);
    shards.depose();
    RecordBatch records = new RecordBatch.Builder(64).add(new byte[1], new byte[1], 0, 1).build();
    assertRejected(
        leader.append(SHARD, new BatchNumber(session, 1, 0), true, records), Reason.NOT_LEADER);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, Integer.MAX_VALUE})
  void aBatchWhoseCountContradictsItsBytesNeverReachesTheLog(int announced) {
    long session = session();
    RecordBatch three =
        new RecordBatch.Builder(64)
            .add(new byte[1], new byte[5], 0, 5)
            .add(new byte[1], new byte[0], 0, 0)
            .add(new byte[1], new byte[300], 0, 300)
            .build();
    CompletionStage<AppendOutcome> answer =
        leader.append(
            SHARD,
            new BatchNumber(session, 1, 0),
            false,
            new RecordBatch(announced, three.payload()));
    assertRejected(answer, Reason.MALFORMED);
    assertThat(append(new BatchNumber(session, 1, 0), false, 1))
        .isInstanceOf(Outcome.Appended.class);
    assertThat(shards.records(SHARD)).hasSize(1);
  }

  @Test
  void anAnswerThatAnAppendCannotHaveIsNoRefusal() {
    for (Outcome odd :
        List.of(
            new Outcome.Done(),
            new Outcome.Repeated(),
            new Outcome.Replaced(1),
            new Outcome.RevisionConflict(1),
            new Outcome.SessionOpened(1))) {
      LocalLeader confused = leader(answering(odd));
      RecordBatch one = new RecordBatch.Builder(64).add(new byte[1], new byte[1], 0, 1).build();
      assertRejected(
          confused.append(SHARD, new BatchNumber(1, 1, 0), false, one), Reason.UNKNOWN_OUTCOME);
    }
    LocalLeader confused = leader(answering(new Outcome.Done()));
    assertRejected(confused.openSession(SHARD), Reason.UNKNOWN_OUTCOME);
  }

  private static ShardLog answering(Outcome outcome) {
    return new ShardLog() {
      @Override
      public CompletionStage<Outcome> propose(Command command) {
        return CompletableFuture.completedStage(outcome);
      }

      @Override
      public CompletionStage<Void> confirm() {
        return CompletableFuture.completedStage(null);
      }

      @Override
      public boolean leads() {
        return true;
      }
    };
  }

  @Test
  void aDeposedLeaderTellsNobodyThatNothingFollows() {
    long session = session();
    append(new BatchNumber(session, 1, 0), false, 1);
    append(new BatchNumber(session, 2, 0), false, 1);
    append(new BatchNumber(session, 3, 0), false, 1);
    shards.depose();
    assertRejected(leader.find(SHARD, new StartingPosition.Latest()), Reason.NOT_LEADER);
    assertRejected(leader.read(SHARD, 2, 100, 1 << 20, found -> found), Reason.NOT_LEADER);
    assertRejected(
        leader.read(SHARD, Long.MAX_VALUE, 100, 1 << 20, found -> found), Reason.NOT_LEADER);
    // What is read before the end is final, so it is read; this reader knows only states.
    assertThat(leader.read(SHARD, 1, 1, 1 << 20, found -> found).toCompletableFuture())
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(UnsupportedOperationException.class);
  }

  private static void assertRejected(CompletionStage<?> stage, Reason reason) {
    CompletableFuture<?> answer = stage.toCompletableFuture();
    assertThat(answer).isCompletedExceptionally();
    assertThat(CompletionFailures.cause(answer.exceptionNow()))
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void theStateIsWrittenOftenEnoughThatARestartReadsLittle() {
    long session = session();
    for (int i = 1; i <= 100; i++) {
      append(new BatchNumber(session, i, i - 1), false, 25_000);
      ShardState state = shards.state(SHARD).orElseThrow();
      assertThat(state.bytesSinceStateRow()).isLessThan(300_000);
    }
    // The first row, the session's, and one after every eleven batches.
    long positions = shards.state(SHARD).orElseThrow().nextPosition();
    assertThat(positions).isEqualTo(1 + 1 + 100 + 100 / 11);
  }

  @Test
  void eachRenewalNamesTheStateRowBeforeItForTheReplicasToCompare() {
    long session = session();
    List<Command> expected = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      ShardState before = shards.state(SHARD).orElseThrow();
      append(new BatchNumber(session, i, i - 1), false, 25_000);
      ShardState after = shards.state(SHARD).orElseThrow();
      if (after.stateRow() != before.stateRow()) {
        expected.add(new Command.RenewState(SHARD, Optional.of(before.newestStateRow())));
        assertThat(after.newestStateRow().digest()).isNotEqualTo(before.newestStateRow().digest());
      }
    }
    assertThat(expected).hasSize(50 / 11);
    assertThat(shards.proposed().stream().filter(Command.RenewState.class::isInstance))
        .containsExactlyElementsOf(expected);
  }
}
