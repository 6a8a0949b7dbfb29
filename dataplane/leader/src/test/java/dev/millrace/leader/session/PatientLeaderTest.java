// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.TestingLeader;
import dev.millrace.leader.TestingTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A front waits for the next leader of a shard, and for nothing else. */
class PatientLeaderTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));

  private final TestingTime time = new TestingTime();
  private final Elections elections = new Elections();
  private final PatientLeader leader = new PatientLeader(elections, time::later, time::nanoTime);

  /** Has a leader from some time on. */
  private final class Elections extends TestingLeader {
    private long leaderFromMillis = time.nowMillis();
    private Reason refusal = Reason.NOT_LEADER;
    private int calls;

    @Override
    public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
      calls++;
      return time.nowMillis() < leaderFromMillis
          ? CompletableFuture.failedStage(new LogRefusedException(refusal, "scripted", null))
          : CompletableFuture.completedStage(new Outcome.SessionOpened(7));
    }
  }

  private CompletableFuture<SessionOutcome> call() {
    return leader.openSession(SHARD).toCompletableFuture();
  }

  private static void assertRefused(CompletableFuture<?> call, Reason reason) {
    assertThat(call.exceptionNow())
        .isInstanceOfSatisfying(
            LogRefusedException.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  @Test
  void aCallThatFindsNoLeaderWaitsForTheNextOne() {
    elections.leaderFromMillis = time.nowMillis() + 3_000;
    CompletableFuture<SessionOutcome> call = call();
    time.runFor(2_900);
    assertThat(call).isNotDone();
    time.runFor(300);
    assertThat(call).isCompletedWithValue(new Outcome.SessionOpened(7));
    assertThat(elections.calls).isLessThan(25);
  }

  @Test
  void afterFourSecondsWithoutALeaderTheClientIsToldSo() {
    elections.leaderFromMillis = Long.MAX_VALUE;
    CompletableFuture<SessionOutcome> call = call();
    time.runFor(PatientLeader.PATIENCE_MILLIS - 1);
    assertThat(call).isNotDone();
    time.runFor(300);
    assertRefused(call, Reason.NOT_LEADER);
    int calls = elections.calls;
    time.runOut();
    assertThat(elections.calls).isEqualTo(calls);
  }

  @Test
  void whatMayHaveBeenCarriedOutOrWouldBeRefusedAgainIsNotRepeated() {
    elections.leaderFromMillis = Long.MAX_VALUE;
    for (Reason reason : Reason.values()) {
      if (reason != Reason.NOT_LEADER) {
        elections.refusal = reason;
        elections.calls = 0;
        assertRefused(call(), reason);
        assertThat(elections.calls).as("%s", reason).isEqualTo(1);
      }
    }
  }
}
