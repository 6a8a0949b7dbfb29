package dev.millrace.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.apply.SessionWindow;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.server.routing.ShardLeader.AppendResult;
import dev.millrace.server.routing.ShardLeader.SessionResult;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A leader keeps what a shard remembers, and what a restart reads, within bounds. */
class LocalLeaderTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));

  private final TestingShards shards = new TestingShards();
  private final Random names = new Random(1);
  private final LocalLeader leader =
      new LocalLeader(
          shards,
          shards.reader(),
          new ReadPool(1, 1),
          new ShardTails(),
          ShardLimits.NONE,
          () -> Instant.ofEpochSecond(1_700_000_000L),
          names::nextLong);

  private long session() {
    shards.propose(new Command.OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L));
    SessionResult opened = leader.openSession(SHARD).toCompletableFuture().join();
    return ((SessionResult.Opened) opened).session();
  }

  private AppendResult append(BatchNumber number, boolean again, int bytes) {
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
        .isInstanceOf(AppendResult.Appended.class);
    assertThat(append(new BatchNumber(session, width + 1, 0), false, 1))
        .isEqualTo(new AppendResult.OutsideWindow());
    assertThat(append(new BatchNumber(session, width + 1, 1), false, 1))
        .isInstanceOf(AppendResult.Appended.class);
  }

  @Test
  void aRepeatOfWhatIsAppliedTakesNoRoomInTheLog() {
    long session = session();
    AppendResult first = append(new BatchNumber(session, 1, 0), false, 1);
    shards.stopAfter(0);
    assertThat(append(new BatchNumber(session, 1, 0), true, 1)).isEqualTo(first);
  }

  @Test
  void theStateIsWrittenOftenEnoughThatARestartReadsLittle() {
    long session = session();
    for (int i = 1; i <= 100; i++) {
      append(new BatchNumber(session, i, i - 1), false, 25_000);
      ShardState state = shards.state(SHARD).orElseThrow();
      assertThat(state.bytesSinceStateRow()).isLessThan(300_000);
    }
    // The row at birth, the session's, and one after every eleven batches.
    long positions = shards.state(SHARD).orElseThrow().nextPosition();
    assertThat(positions).isEqualTo(1 + 1 + 100 + 100 / 11);
  }
}
