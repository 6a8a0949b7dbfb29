// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.apply.SessionWindow;
import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.TestingLeader;
import dev.millrace.leader.TestingTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A writer retries only what the shard recognises, and never claims more than it knows. */
class SessionWriterTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));
  private static final Outcome.Appended APPENDED =
      new Outcome.Appended(5, 1_700_000_000_000L, List.of());

  private final TestingTime time = new TestingTime();
  private final Script script = new Script();
  private final SessionWriter writer = new SessionWriter(script, time::later, time::nanoTime);

  /** One call to append. */
  private record Sent(BatchNumber number, boolean again, CompletableFuture<AppendOutcome> answer) {
    void fail(Reason reason) {
      answer.completeExceptionally(new LogRefusedException(reason, "scripted", null));
    }
  }

  /** A leader whose answers are given by the test. */
  private static final class Script extends TestingLeader {
    private final List<Sent> sent = new ArrayList<>();
    private long sessions;
    private boolean throwing;

    Sent last() {
      return sent.getLast();
    }

    @Override
    public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
      return CompletableFuture.completedStage(new Outcome.SessionOpened(++sessions));
    }

    @Override
    public CompletionStage<AppendOutcome> append(
        ShardRef shard, BatchNumber number, boolean again, RecordBatch records) {
      if (throwing) {
        throw new IllegalStateException("closed");
      }
      sent.add(new Sent(number, again, new CompletableFuture<>()));
      return last().answer();
    }
  }

  private CompletableFuture<AppendOutcome> append() {
    return writer
        .append(SHARD, new RecordBatch.Builder(8).add(new byte[1], new byte[1], 0, 1).build())
        .toCompletableFuture();
  }

  private static Reason reason(CompletableFuture<AppendOutcome> answer) {
    assertThat(answer).isCompletedExceptionally();
    return ((LogRefusedException) answer.exceptionNow()).reason();
  }

  @Test
  void aBatchWithoutAnAnswerIsSentAgainUnderItsNumber() {
    CompletableFuture<AppendOutcome> answer = append();
    script.last().fail(Reason.UNKNOWN_OUTCOME);
    time.runOut();
    assertThat(script.sent).hasSize(2);
    assertThat(script.last().again()).isTrue();
    assertThat(script.last().number()).isEqualTo(script.sent.getFirst().number());
    script.last().answer().complete(APPENDED);
    assertThat(answer).isCompletedWithValue(APPENDED);
  }

  @Test
  void aRefusalOfTheFirstAttemptIsCertainAndGoesBackAtOnce() {
    CompletableFuture<AppendOutcome> answer = append();
    script.last().fail(Reason.DISK_FULL);
    assertThat(reason(answer)).isEqualTo(Reason.DISK_FULL);
  }

  @Test
  void aRefusalAfterALostAnswerSaysNothingOfTheFirstAttempt() {
    CompletableFuture<AppendOutcome> answer = append();
    script.last().fail(Reason.UNKNOWN_OUTCOME);
    time.runOut();
    script.last().fail(Reason.NOT_LEADER);
    time.runOut();
    assertThat(answer).isNotDone();
    script.last().answer().complete(APPENDED);
    assertThat(answer).isCompletedWithValue(APPENDED);
  }

  @Test
  void aCallThatThrowsIsSentAgainLikeOneThatFails() {
    script.throwing = true;
    CompletableFuture<AppendOutcome> answer = append();
    script.throwing = false;
    time.runOut();
    script.last().answer().complete(APPENDED);
    assertThat(answer).isCompletedWithValue(APPENDED);
    append();
    assertThat(script.last().number()).isEqualTo(new BatchNumber(1, 2, 1));
  }

  @Test
  void afterAWhileNobodyKnows() {
    CompletableFuture<AppendOutcome> answer = append();
    for (int i = 0; i < 1_000 && !answer.isDone(); i++) {
      script.last().fail(Reason.UNKNOWN_OUTCOME);
      time.runOut();
    }
    assertThat(reason(answer)).isEqualTo(Reason.UNKNOWN_OUTCOME);
    assertThat(script.sent).hasSizeBetween(10, 30);
  }

  @Test
  void aSessionThatTheShardForgotIsOpenedAnewForABatchThatCameFirst() {
    CompletableFuture<AppendOutcome> answer = append();
    script.last().answer().complete(new Outcome.OutsideWindow());
    assertThat(script.last().number()).isEqualTo(new BatchNumber(2, 1, 0));
    assertThat(script.last().again()).isFalse();
    script.last().answer().complete(APPENDED);
    assertThat(answer).isCompletedWithValue(APPENDED);
  }

  @Test
  void aBatchThatMayBeInAForgottenSessionIsNotSentInAnother() {
    CompletableFuture<AppendOutcome> answer = append();
    script.last().fail(Reason.UNKNOWN_OUTCOME);
    time.runOut();
    script.last().answer().complete(new Outcome.OutsideWindow());
    assertThat(reason(answer)).isEqualTo(Reason.UNKNOWN_OUTCOME);
    assertThat(script.sent).hasSize(2);
    append();
    assertThat(script.last().number()).isEqualTo(new BatchNumber(2, 1, 0));
  }

  @Test
  void aShardThatForgetsEverySessionIsGivenUp() {
    CompletableFuture<AppendOutcome> answer = append();
    for (int i = 0; i < 10 && !answer.isDone(); i++) {
      script.last().answer().complete(new Outcome.OutsideWindow());
    }
    assertThat(reason(answer)).isEqualTo(Reason.NOT_LEADER);
  }

  @Test
  void whatIsSettledRisesWithTheOldestBatchInFlight() {
    append();
    append();
    append();
    assertThat(script.last().number()).isEqualTo(new BatchNumber(1, 3, 0));
    script.sent.get(1).answer().complete(APPENDED);
    append();
    assertThat(script.last().number()).isEqualTo(new BatchNumber(1, 4, 0));
    script.sent.get(0).answer().complete(APPENDED);
    append();
    assertThat(script.last().number()).isEqualTo(new BatchNumber(1, 5, 2));
  }

  @Test
  void noMoreAreInFlightThanTheWindowIsWideAndTheRestWaitTheirTurn() {
    List<CompletableFuture<AppendOutcome>> answers = new ArrayList<>();
    for (int i = 0; i < SessionWindow.WIDTH + 100; i++) {
      answers.add(append());
    }
    assertThat(script.sent).hasSize(SessionWindow.WIDTH);
    script.sent.get(1).answer().complete(APPENDED);
    assertThat(script.sent).hasSize(SessionWindow.WIDTH);
    script.sent.get(0).answer().complete(APPENDED);
    assertThat(script.sent).hasSize(SessionWindow.WIDTH + 2);
    for (int i = 0; i < script.sent.size(); i++) {
      script.sent.get(i).answer().complete(APPENDED);
    }
    assertThat(answers).allMatch(CompletableFuture::isDone);
  }

  @Test
  void whatWaitedTooLongIsNotSentAnyMore() {
    List<CompletableFuture<AppendOutcome>> answers = new ArrayList<>();
    for (int i = 0; i < SessionWindow.WIDTH + 1; i++) {
      answers.add(append());
    }
    time.runFor(SessionWriter.WAIT_MILLIS + 1);
    script.sent.getFirst().answer().complete(APPENDED);
    assertThat(reason(answers.getLast())).isEqualTo(Reason.QUEUE_FULL);
    assertThat(script.sent).hasSize(SessionWindow.WIDTH);
    script.sent.get(1).answer().complete(APPENDED);
    append();
    assertThat(script.last().number().number()).isEqualTo(SessionWindow.WIDTH + 2);
  }

  @Test
  void tooManyThatWaitAreRefused() {
    List<CompletableFuture<AppendOutcome>> answers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      answers.add(append());
    }
    assertThat(reason(answers.getLast())).isEqualTo(Reason.QUEUE_FULL);
    assertThat(answers).filteredOn(answer -> !answer.isDone()).hasSizeGreaterThan(4_000);
  }

  @Test
  void aSealedShardNeedsNoSessionAnyMore() {
    CompletableFuture<AppendOutcome> answer = append();
    script.last().answer().complete(new Outcome.Sealed(7));
    assertThat(answer).isCompletedWithValue(new Outcome.Sealed(7));
    append();
    assertThat(script.last().number().session()).isEqualTo(2);
  }
}
