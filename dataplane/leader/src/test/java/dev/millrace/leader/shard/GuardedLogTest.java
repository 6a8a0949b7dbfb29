// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What a guarded log lets pass stays together, and each command gets its own answer. */
class GuardedLogTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));

  /** Answers a command with its trim position, or with 0, and keeps what came together. */
  private static final class Recording implements ShardLog {
    @Override
    public CompletionStage<Void> confirm() {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public boolean leads() {
      return leads;
    }

    private final List<List<Command>> together = new ArrayList<>();
    private boolean leads = true;

    @Override
    public CompletionStage<Outcome> propose(Command command) {
      long position = command instanceof Command.TrimShard trim ? trim.position() : 0;
      return CompletableFuture.completedStage(new Outcome.SessionOpened(position));
    }

    @Override
    public List<CompletionStage<Outcome>> proposeAll(List<Command> commands) {
      together.add(commands);
      return commands.stream().map(this::propose).toList();
    }
  }

  private static Object answer(CompletionStage<Outcome> stage) {
    CompletableFuture<Outcome> answer = stage.toCompletableFuture();
    return answer.isCompletedExceptionally()
        ? ((LogRefusedException) answer.exceptionNow()).reason()
        : ((Outcome.SessionOpened) answer.resultNow()).session();
  }

  @Test
  void refusedCommandsLeaveTheOthersTogetherAndTheirAnswersInPlace() {
    Recording log = new Recording();
    GuardedLog guarded = new GuardedLog(log, () -> false, () -> true);
    List<CompletionStage<Outcome>> answers =
        guarded.proposeAll(
            List.of(
                new Command.OpenSession(SHARD, 1, 1),
                new Command.TrimShard(SHARD, 5),
                new Command.OpenSession(SHARD, 2, 1),
                new Command.TrimShard(SHARD, 6)));
    assertThat(answers.stream().map(GuardedLogTest::answer))
        .containsExactly(Reason.DISK_FULL, 5L, Reason.DISK_FULL, 6L);
    assertThat(log.together)
        .containsExactly(List.of(new Command.TrimShard(SHARD, 5), new Command.TrimShard(SHARD, 6)));
  }

  /** Its caller would otherwise not ask the leader, whose clock is right. */
  @Test
  void whoDoesNotLeadLeavesItToTheLogToSaySo() {
    Recording log = new Recording();
    log.leads = false;
    GuardedLog guarded = new GuardedLog(log, () -> false, () -> false);
    assertThat(answer(guarded.propose(new Command.TrimShard(SHARD, 5)))).isEqualTo(5L);
    log.leads = true;
    assertThat(answer(guarded.propose(new Command.TrimShard(SHARD, 5))))
        .isEqualTo(Reason.CLOCK_JUMPED);
  }

  @Test
  void withoutSpaceShardsAreSealedButTheOpeningOfTheirChildrenIsNotRehearsed() {
    GuardedLog guarded = new GuardedLog(new Recording(), () -> false, () -> true);
    assertThat(guarded.propose(new Command.SealShard(SHARD, 1, Optional.empty())))
        .isCompletedWithValue(new Outcome.SessionOpened(0));
    assertThat(answer(guarded.propose(new Command.RenewState(SHARD)))).isEqualTo(Reason.DISK_FULL);
  }
}
