// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.TestingShards;
import dev.millrace.leader.shard.GuardedLog;
import dev.millrace.leader.shard.LocalLeader;
import dev.millrace.leader.shard.NumberedBatch;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.leader.shard.ShardTails;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pod hands the batches of one call to its log together, and answers for each of them. */
class ShardCallsTest {
  private final Recording log = new Recording();
  private final ReadPool reads = new ReadPool(1, 1);
  private final LocalLeader leader =
      new LocalLeader(
          new GuardedLog(log, () -> true, () -> true),
          new TestingShards().reader(),
          RecordCipher.NONE,
          reads,
          new ShardTails(),
          ShardLimits.NONE,
          () -> Instant.ofEpochSecond(1_700_000_000L),
          () -> 1);
  private final ShardCalls calls =
      new ShardCalls(() -> Optional.of(leader), shard -> Optional.empty());

  /** Keeps what came together; its answers are the test's. */
  private static final class Recording implements ShardLog {
    @Override
    public CompletionStage<Void> confirm() {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public boolean leads() {
      return true;
    }

    private final List<List<Command>> together = new ArrayList<>();
    private final List<CompletableFuture<Outcome>> answers = new ArrayList<>();

    @Override
    public CompletionStage<Outcome> propose(Command command) {
      return proposeAll(List.of(command)).getFirst();
    }

    @Override
    public List<CompletionStage<Outcome>> proposeAll(List<Command> commands) {
      together.add(commands);
      List<CompletionStage<Outcome>> coming = new ArrayList<>();
      for (int i = 0; i < commands.size(); i++) {
        answers.add(new CompletableFuture<>());
        coming.add(answers.getLast());
      }
      return coming;
    }
  }

  @AfterEach
  void close() {
    reads.close();
  }

  private static NumberedBatch batch(int shard, RecordBatch records) {
    return new NumberedBatch(
        new ShardRef(new StreamId(1), new ShardId(shard)),
        new BatchNumber(1, 1, 0),
        false,
        records);
  }

  private static RecordBatch record() {
    return new RecordBatch.Builder(8).add(new byte[1], new byte[5], 0, 5).build();
  }

  private CompletableFuture<ByteBuffer> append(ByteBuffer body) {
    return calls.answer(RpcFormat.APPEND, body).orElseThrow().toCompletableFuture();
  }

  @Test
  void batchesOfOneCallReachTheLogTogetherAndEachHasItsAnswer() {
    RecordBatch malformed = new RecordBatch(2, record().payload());
    CompletableFuture<ByteBuffer> answer =
        append(
            RpcFormat.encodeAppend(
                List.of(
                    batch(0, record()),
                    batch(1, malformed),
                    batch(2, record()),
                    batch(3, record()))));
    assertThat(log.together).hasSize(1);
    assertThat(log.together.getFirst())
        .extracting(command -> ((Command.AppendRecords) command).shard().shard().index())
        .containsExactly(0, 2, 3);
    log.answers.get(2).complete(new Outcome.Appended(30, 3));
    log.answers.get(0).complete(new Outcome.Appended(10, 1));
    assertThat(answer).isNotDone();
    log.answers
        .get(1)
        .completeExceptionally(new LogRefusedException(Reason.QUEUE_FULL, "full", null));
    List<BatchAnswer> answers = RpcFormat.decodeAnswers(answer.join());
    assertThat(answers.get(0)).isEqualTo(new BatchAnswer.Resolved(new Outcome.Appended(10, 1)));
    assertThat(reason(answers.get(1))).isEqualTo(Reason.MALFORMED);
    assertThat(reason(answers.get(2))).isEqualTo(Reason.QUEUE_FULL);
    assertThat(answers.get(3)).isEqualTo(new BatchAnswer.Resolved(new Outcome.Appended(30, 3)));
  }

  @Test
  void bytesThatDoNotReadReachNoLogAndAreCertainlyNotAppended() {
    ByteBuffer good = RpcFormat.encodeAppend(List.of(batch(0, record()), batch(1, record())));
    ByteBuffer cut = good.duplicate().limit(good.limit() - 1).slice();
    ByteBuffer answer = append(cut).join();
    assertThat(catchThrowable(() -> RpcFormat.decodeAnswers(answer)))
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
    assertThat(log.together).isEmpty();
  }

  private static Reason reason(BatchAnswer answer) {
    return ((BatchAnswer.Refused) answer).refusal().reason();
  }
}
