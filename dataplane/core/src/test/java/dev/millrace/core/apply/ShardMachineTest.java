package dev.millrace.core.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.AppendRecords;
import dev.millrace.core.command.Command.DropShard;
import dev.millrace.core.command.Command.OpenShard;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.WriterSession;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Applying is a function of the state and the command, and keeps a shard's promises. */
class ShardMachineTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));
  private static final OpenShard OPEN =
      new OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L);

  private static AppendRecords append(long arrivalMillis, int count) {
    RecordBatch.Builder records = new RecordBatch.Builder(64);
    for (int i = 0; i < count; i++) {
      records.add("k".getBytes(UTF_8), new byte[] {(byte) i}, 0, 1);
    }
    return new AppendRecords(SHARD, arrivalMillis, WriterSession.NONE, records.build());
  }

  private static ShardMachine.Step opened() {
    return ShardMachine.apply(Optional.empty(), OPEN, new LogPosition(1, 10));
  }

  @Test
  void birthTakesPositionZeroSoTheFirstRecordIsAboveTheStartingSequenceNumber() {
    ShardMachine.Step step =
        ShardMachine.apply(opened().state(), append(1_700_000_001_000L, 3), new LogPosition(1, 11));
    assertThat(opened().position()).isZero();
    assertThat(step.outcome()).isEqualTo(new Outcome.Appended(1, 1_700_000_001_000L));
    assertThat(step.state().map(ShardState::nextPosition)).contains(4L);
  }

  @Test
  void arrivalTimesNeverFallWhateverTheLeadersClockSays() {
    ShardMachine.Step first =
        ShardMachine.apply(opened().state(), append(1_700_000_005_000L, 1), new LogPosition(1, 11));
    ShardMachine.Step second =
        ShardMachine.apply(first.state(), append(1_600_000_000_000L, 1), new LogPosition(1, 12));
    assertThat(second.outcome()).isEqualTo(new Outcome.Appended(2, 1_700_000_005_000L));
  }

  @Test
  void aShardThatIsNotHereTakesNothing() {
    ShardMachine.Step step =
        ShardMachine.apply(Optional.empty(), append(1, 1), new LogPosition(1, 11));
    assertThat(step.outcome()).isEqualTo(new Outcome.NoSuchShard());
    assertThat(step.row()).isEmpty();
  }

  @Test
  void openingTwiceChangesNothing() {
    ShardMachine.Step again = ShardMachine.apply(opened().state(), OPEN, new LogPosition(1, 20));
    assertThat(again.state()).isEqualTo(opened().state());
    assertThat(again.row()).isEmpty();
  }

  @Test
  void droppingLeavesNothing() {
    assertThat(
            ShardMachine.apply(opened().state(), new DropShard(SHARD), new LogPosition(1, 20))
                .state())
        .isEmpty();
  }

  @Test
  void theLastRowLeadsBackToTheWholeState() {
    ShardMachine.Step birth = opened();
    ShardMachine.Step step =
        ShardMachine.apply(birth.state(), append(1_700_000_001_000L, 3), new LogPosition(2, 11));
    ShardRow.State newest =
        (ShardRow.State) ShardRow.decode(ByteBuffer.wrap(birth.row().orElseThrow().encode()));
    ShardRow last = ShardRow.decode(ByteBuffer.wrap(step.row().orElseThrow().encode()));
    assertThat(ShardRow.restore(step.position(), last, newest))
        .isEqualTo(step.state().orElseThrow());
    assertThat(ShardRow.restore(0, newest, newest)).isEqualTo(birth.state().orElseThrow());
  }

  private static ShardMachine.Step apply(ShardMachine.Step before, Command.ShardCommand next) {
    return ShardMachine.apply(before.state(), next, new LogPosition(1, 12));
  }

  @Test
  void aSealedShardTakesNothingAndSaysAgainWhenItWasClosed() {
    ShardMachine.Step filled = apply(opened(), append(1_700_000_009_500L, 1));
    ShardMachine.Step sealed = apply(filled, new Command.SealShard(SHARD, 1_700_000_005L));
    assertThat(sealed.outcome()).isEqualTo(new Outcome.Sealed(1_700_000_009L));
    ShardMachine.Step refused = apply(sealed, append(1_700_000_020_000L, 2));
    assertThat(refused.outcome()).isEqualTo(new Outcome.Sealed(1_700_000_009L));
    assertThat(refused.row()).isEmpty();
    assertThat(refused.state()).isEqualTo(sealed.state());
    ShardMachine.Step again = apply(sealed, new Command.SealShard(SHARD, 1_800_000_000L));
    assertThat(again.outcome()).isEqualTo(new Outcome.Sealed(1_700_000_009L));
    assertThat(again.row()).isEmpty();
  }

  @Test
  void aTrimHorizonMovesUpOnlyAndNeverBeyondTheTip() {
    ShardMachine.Step filled = apply(opened(), append(1_700_000_001_000L, 5));
    ShardMachine.Step trimmed = apply(filled, new Command.TrimShard(SHARD, 3));
    assertThat(trimmed.state().map(ShardState::trimPosition)).contains(3L);
    assertThat(apply(trimmed, new Command.TrimShard(SHARD, 2)).state()).isEqualTo(trimmed.state());
    ShardMachine.Step all = apply(trimmed, new Command.TrimShard(SHARD, 1_000));
    assertThat(all.state().map(ShardState::trimPosition)).contains(7L);
    assertThat(all.state().orElseThrow().holdsRecordsBelow(8)).isFalse();
  }

  @Test
  void aStateRowTellsWhatWasSealedAndTrimmed() {
    ShardMachine.Step step =
        apply(
            apply(apply(opened(), append(1_700_000_001_000L, 5)), new Command.TrimShard(SHARD, 4)),
            new Command.SealShard(SHARD, 1_700_000_002L));
    ShardRow row = ShardRow.decode(ByteBuffer.wrap(step.row().orElseThrow().encode()));
    assertThat(row).isInstanceOf(ShardRow.State.class);
    assertThat(Optional.of(ShardRow.restore(step.position(), row, (ShardRow.State) row)))
        .isEqualTo(step.state());
  }

  @Test
  void aStateRowOfTheFirstVersionIsAnOpenShard() {
    byte[] newest = opened().row().orElseThrow().encode();
    byte[] first = java.util.Arrays.copyOf(newest, newest.length - 1);
    first[0] = 1;
    ShardRow.State row = (ShardRow.State) ShardRow.decode(ByteBuffer.wrap(first));
    assertThat(Optional.of(row.state())).isEqualTo(opened().state());
  }
}
