// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import static dev.millrace.core.port.TestingEntries.FIRST;
import static dev.millrace.core.port.TestingEntries.MILLIS;
import static dev.millrace.core.port.TestingEntries.SECOND;
import static dev.millrace.core.port.TestingEntries.SESSION;
import static dev.millrace.core.port.TestingEntries.append;
import static dev.millrace.core.port.TestingEntries.open;
import static dev.millrace.core.port.TestingEntries.replace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ShardLog} promises: each command is answered with its own outcome, in the order
 * in which one thread proposed them, and what a closing log rejects is never applied.
 */
public abstract class ShardLogContract {
  /** The log under test, empty at first. */
  protected abstract ShardLog log();

  /** Reads what the log applied. */
  protected abstract ShardReader reader();

  /** Closes the log; from then on it rejects commands. */
  protected abstract void close();

  private CompletableFuture<Outcome> propose(Command command) {
    return log().propose(command).toCompletableFuture();
  }

  private static Outcome outcome(CompletableFuture<Outcome> stage) throws Exception {
    return stage.get(20, TimeUnit.SECONDS);
  }

  @Test
  void whatOneThreadProposesIsAppliedInItsOrderAndEachCommandGetsItsOutcome() throws Exception {
    List<CompletableFuture<Outcome>> stages = new ArrayList<>();
    stages.add(propose(append(FIRST, 1, "too early", 1)));
    stages.add(propose(open(FIRST)));
    stages.add(propose(open(SECOND)));
    for (int i = 0; i < 200; i++) {
      stages.add(propose(append(i % 2 == 0 ? FIRST : SECOND, i, "r" + i, 1)));
    }
    assertThat(outcome(stages.get(0))).isEqualTo(new Outcome.NoSuchShard());
    assertThat(outcome(stages.get(1))).isEqualTo(new Outcome.Done());
    for (int i = 0; i < 200; i++) {
      assertThat(outcome(stages.get(3 + i))).isEqualTo(new Outcome.Appended(1 + i / 2, MILLIS + i));
    }
  }

  @Test
  void anAnswerMeansThatTheCommandWasApplied() throws Exception {
    outcome(propose(open(FIRST)));
    assertThat(reader().state(FIRST)).isPresent();
    outcome(propose(append(FIRST, 1, "a", 3)));
    assertThat(reader().state(FIRST).orElseThrow().nextPosition()).isEqualTo(4);
    outcome(propose(new Command.DropShard(FIRST)));
    assertThat(reader().state(FIRST)).isEmpty();
  }

  @Test
  void aRetriedBatchGetsTheOriginalAnswer() throws Exception {
    outcome(propose(open(FIRST)));
    outcome(propose(new Command.OpenSession(FIRST, SESSION, 8)));
    Command batch = append(FIRST, 1, "a", 2, new BatchNumber(SESSION, 1, 0));
    assertThat(outcome(propose(batch))).isEqualTo(new Outcome.Appended(2, MILLIS + 1));
    assertThat(outcome(propose(batch)))
        .isEqualTo(new Outcome.AppendedBefore(2, MILLIS + 1, List.of()));
  }

  @Test
  void aStaleRevisionReplacesNothing() throws Exception {
    assertThat(outcome(propose(replace(3, Optional.empty()))))
        .isEqualTo(new Outcome.RevisionConflict(0));
  }

  @Test
  void aClosedLogRejectsAndAppliesNothing() throws Exception {
    outcome(propose(open(FIRST)));
    close();
    CompletableFuture<Outcome> late = propose(append(FIRST, 1, "late", 1));
    assertThat(late).isCompletedExceptionally();
    assertThat(late.exceptionNow())
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_LEADER));
    assertThat(reader().state(FIRST).orElseThrow().nextPosition()).isEqualTo(1);
  }
}
