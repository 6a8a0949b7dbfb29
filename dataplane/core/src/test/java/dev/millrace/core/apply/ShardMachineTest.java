// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.AppendRecords;
import dev.millrace.core.command.Command.DropShard;
import dev.millrace.core.command.Command.OpenShard;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.record.WrappedKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Applying a command depends only on the state and the command, and keeps a shard's guarantees. */
class ShardMachineTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));
  private static final OpenShard OPEN =
      new OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L);
  private static final OpenShard OPEN_WITHOUT_DIGEST =
      new OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L, false);

  /** The first row of that shard, of version 4. */
  private static final String GOLDEN_STATE_ROW =
      "04020000000000000001000000000000000a000000000000000000000000000000010000000000000000000000000000000000ffffffffffffffffffffffffffffffff00000000006553f1000000018bcfe5680000000000000000000000";

  private static AppendRecords append(long arrivalMillis, int count) {
    return append(arrivalMillis, count, BatchNumber.NONE, List.of());
  }

  private static AppendRecords append(
      long arrivalMillis, int count, BatchNumber batch, List<Integer> throttled) {
    RecordBatch.Builder records = new RecordBatch.Builder(64);
    for (int i = 0; i < count; i++) {
      records.add("k".getBytes(UTF_8), new byte[] {(byte) i}, 0, 1);
    }
    return new AppendRecords(SHARD, arrivalMillis, batch, throttled, records.build());
  }

  private static ShardMachine.Step opened() {
    return ShardMachine.apply(Optional.empty(), OPEN, new LogPosition(1, 10));
  }

  @Test
  void openingUsesPositionZeroSoTheFirstRecordIsAboveTheStartingSequenceNumber() {
    ShardMachine.Step step =
        ShardMachine.apply(opened().state(), append(1_700_000_001_000L, 3), new LogPosition(1, 11));
    assertThat(opened().row().orElseThrow().position()).isZero();
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
  void anUnknownShardRejectsRecords() {
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

  private static ShardMachine.Step apply(ShardMachine.Step before, Command.ShardCommand next) {
    return ShardMachine.apply(before.state(), next, new LogPosition(1, 12));
  }

  @Test
  void aSealedShardRejectsRecordsAndReturnsItsCloseTime() {
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

  /** The state that a restarted process reads from the rows of these steps. */
  private static ShardState restored(List<ShardMachine.Step> steps) {
    NavigableMap<Long, ByteBuffer> rows = new TreeMap<>();
    for (ShardMachine.Step step : steps) {
      step.row().ifPresent(placed -> rows.put(placed.position(), placed.bytes()));
    }
    long newest = ShardRow.decode(rows.lastEntry().getValue()).stateRow();
    ByteBuffer newestRow = Objects.requireNonNull(rows.get(newest));
    ShardState state = ((ShardRow.State) ShardRow.decode(newestRow)).state();
    for (Map.Entry<Long, ByteBuffer> row : rows.tailMap(newest, false).entrySet()) {
      assertThat(row.getKey()).isEqualTo(state.nextPosition());
      state = state.after(ShardRow.decode(row.getValue()), row.getValue());
    }
    return state;
  }

  private static void assertRestored(List<ShardMachine.Step> steps) {
    assertThat(restored(steps)).isEqualTo(steps.getLast().state().orElseThrow());
  }

  @Test
  void theStateIsRestoredFromTheRows() {
    List<ShardMachine.Step> steps = new ArrayList<>(List.of(opened()));
    assertRestored(steps);
    List<Command.ShardCommand> commands =
        List.of(
            append(1_700_000_001_000L, 3),
            new Command.OpenSession(SHARD, 4, 8),
            append(1_700_000_001_500L, 2, new BatchNumber(4, 1, 0), List.of()),
            append(1_700_000_001_600L, 2, new BatchNumber(4, 3, 1), List.of(0, 3)),
            new Command.TrimShard(SHARD, 4),
            append(1_700_000_001_700L, 1, new BatchNumber(4, 2, 1), List.of()),
            new Command.RenewState(SHARD),
            append(1_700_000_001_800L, 1, new BatchNumber(4, 4, 3), List.of()),
            new Command.SealShard(SHARD, 1_700_000_002L));
    for (Command.ShardCommand command : commands) {
      steps.add(apply(steps.getLast(), command));
      assertRestored(steps);
    }
  }

  /** Batches without a number are applied as by builds without sessions. */
  @Test
  void batchesWithoutANumberUseOnlyThePositionsOfTheirRecords() {
    ShardMachine.Step step = opened();
    for (int i = 0; i < 100; i++) {
      byte[] data = new byte[100_000];
      step =
          apply(
              step,
              new AppendRecords(
                  SHARD,
                  1_700_000_001_000L,
                  BatchNumber.NONE,
                  List.of(),
                  new RecordBatch.Builder(64).add(new byte[] {'k'}, data, 0, data.length).build()));
      assertThat(step.outcome()).isEqualTo(new Outcome.Appended(i + 1, 1_700_000_001_000L));
    }
  }

  /** A shard with one open session. */
  private static ShardMachine.Step session() {
    ShardMachine.Step step = apply(opened(), new Command.OpenSession(SHARD, 1, 8));
    assertThat(step.outcome()).isEqualTo(new Outcome.SessionOpened(1));
    return step;
  }

  @Test
  void aRetriedBatchIsAppendedOnceAndGetsTheOriginalAnswer() {
    AppendRecords batch = append(1_700_000_001_000L, 3, new BatchNumber(1, 1, 0), List.of(1));
    ShardMachine.Step first = apply(session(), batch);
    ShardMachine.Step later =
        apply(first, append(1_700_000_002_000L, 1, new BatchNumber(1, 2, 0), List.of()));
    ShardMachine.Step again =
        apply(later, append(1_700_000_009_000L, 4, new BatchNumber(1, 1, 0), List.of()));
    assertThat(first.outcome()).isEqualTo(new Outcome.Appended(2, 1_700_000_001_000L, List.of(1)));
    assertThat(again.outcome())
        .isEqualTo(new Outcome.AppendedBefore(2, 1_700_000_001_000L, List.of(1)));
    assertThat(again.row()).isEmpty();
    assertThat(again.state()).isEqualTo(later.state());
  }

  @Test
  void batchesOfASessionMayArriveInAnyOrder() {
    ShardMachine.Step third =
        apply(session(), append(1_700_000_001_000L, 1, new BatchNumber(1, 3, 0), List.of()));
    ShardMachine.Step first =
        apply(third, append(1_700_000_001_000L, 1, new BatchNumber(1, 1, 0), List.of()));
    assertThat(first.outcome()).isEqualTo(new Outcome.Appended(3, 1_700_000_001_000L));
  }

  @Test
  void settledBatchesAreForgottenAndNeverAppendedLate() {
    ShardMachine.Step second =
        apply(session(), append(1_700_000_001_000L, 1, new BatchNumber(1, 2, 1), List.of()));
    ShardMachine.Step third =
        apply(second, append(1_700_000_001_000L, 1, new BatchNumber(1, 3, 2), List.of()));
    for (int number : List.of(1, 2)) {
      ShardMachine.Step late =
          apply(
              third,
              append(1_700_000_001_000L, 1, new BatchNumber(1, number, number - 1), List.of()));
      assertThat(late.outcome()).isEqualTo(new Outcome.OutsideWindow());
      assertThat(late.row()).isEmpty();
    }
    assertThat(third.state().orElseThrow().windows().windows().getFirst().answers()).hasSize(1);
  }

  @Test
  void aBatchOfAnUnknownSessionIsRejected() {
    ShardMachine.Step unknown =
        apply(session(), append(1_700_000_001_000L, 1, new BatchNumber(7, 1, 0), List.of()));
    assertThat(unknown.outcome()).isEqualTo(new Outcome.OutsideWindow());
    assertThat(unknown.row()).isEmpty();
  }

  @Test
  void theLeastRecentlyUsedSessionIsEvicted() {
    ShardMachine.Step step = opened();
    int index = 11;
    for (int name = 1; name <= 8; name++) {
      step =
          ShardMachine.apply(
              step.state(), new Command.OpenSession(SHARD, name, 8), new LogPosition(1, index++));
    }
    step =
        ShardMachine.apply(
            step.state(),
            append(1_700_000_001_000L, 1, new BatchNumber(1, 1, 0), List.of()),
            new LogPosition(1, index++));
    step =
        ShardMachine.apply(
            step.state(), new Command.OpenSession(SHARD, 9, 8), new LogPosition(1, index++));
    assertThat(sessions(step)).containsExactly(1L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    step =
        ShardMachine.apply(
            step.state(), new Command.OpenSession(SHARD, 10, 2), new LogPosition(1, index++));
    assertThat(sessions(step)).containsExactly(9L, 10L);
  }

  private static List<Long> sessions(ShardMachine.Step step) {
    return step.state().orElseThrow().windows().windows().stream()
        .map(SessionWindow::session)
        .toList();
  }

  @Test
  void aSealedShardStillAnswersRetriesAndProvesWhatItDidNotAppend() {
    ShardMachine.Step taken =
        apply(session(), append(1_700_000_001_000L, 1, new BatchNumber(1, 1, 0), List.of()));
    ShardMachine.Step sealed = apply(taken, new Command.SealShard(SHARD, 1_700_000_005L));
    assertThat(
            apply(sealed, append(1_700_000_009_000L, 1, new BatchNumber(1, 1, 0), List.of()))
                .outcome())
        .isEqualTo(new Outcome.AppendedBefore(2, 1_700_000_001_000L, List.of()));
    assertThat(
            apply(sealed, append(1_700_000_009_000L, 1, new BatchNumber(1, 2, 0), List.of()))
                .outcome())
        .isEqualTo(new Outcome.Sealed(1_700_000_005L));
    assertThat(
            apply(sealed, append(1_700_000_009_000L, 1, new BatchNumber(9, 1, 0), List.of()))
                .outcome())
        .isEqualTo(new Outcome.OutsideWindow());
    assertThat(apply(sealed, new Command.OpenSession(SHARD, 2, 8)).outcome())
        .isEqualTo(new Outcome.Sealed(1_700_000_005L));
  }

  @Test
  void aStateRowOfAnEarlierVersionIsReadWithDefaults() {
    Optional<ShardState> state =
        ShardMachine.apply(Optional.empty(), OPEN_WITHOUT_DIGEST, new LogPosition(1, 10)).state();
    byte[] fourth = HexFormat.of().parseHex(GOLDEN_STATE_ROW);
    byte[] second = fourth.clone();
    second[0] = 2;
    byte[] first = java.util.Arrays.copyOf(fourth, fourth.length - 1);
    first[0] = 1;
    for (byte[] earlier : List.of(first, second, fourth)) {
      ShardRow.State row = (ShardRow.State) ShardRow.decode(ByteBuffer.wrap(earlier));
      assertThat(Optional.of(row.state())).isEqualTo(state);
    }
  }

  /** Another replica may apply the same entry with an earlier build, and must store the same. */
  @Test
  void aShardWithoutADigestIsWrittenAsByEarlierBuilds() {
    ShardMachine.Step step =
        ShardMachine.apply(Optional.empty(), OPEN_WITHOUT_DIGEST, new LogPosition(1, 10));
    assertThat(hex(step)).isEqualTo(GOLDEN_STATE_ROW);
    ShardMachine.Step filled = apply(step, append(1_700_000_001_000L, 1));
    assertThat(hex(filled))
        .isEqualTo(
            "04010000000000000001000000000000000c00000000000000000000018bcfe56be8"
                + "000000000000000000000000000000000000000000000000000001016b0100");
  }

  @Test
  void aStateRowEndsWithTheDigestOfTheRowsBeforeIt() {
    assertThat(hex(opened())).isEqualTo("05" + GOLDEN_STATE_ROW.substring(2) + "0".repeat(16));
  }

  private static String hex(ShardMachine.Step step) {
    return HexFormat.of().formatHex(step.row().orElseThrow().bytes().array());
  }

  /** Apply sees bytes and a number of records, and stores what the leader encrypted. */
  @Test
  void encryptedRecordsAreStoredAsTheyAreInARowOfTheirOwnVersion() {
    RecordBatch encrypted =
        new RecordBatch(
            3,
            ByteBuffer.wrap(new byte[] {0x0C, 0x0D}),
            new RecordProtection.Encrypted(
                new WrappedKey("alias/k", ByteBuffer.wrap(new byte[] {1, 2, 3}))));
    ShardMachine.Step step =
        apply(
            opened(),
            new AppendRecords(SHARD, 1_700_000_001_000L, BatchNumber.NONE, List.of(), encrypted));
    assertThat(hex(step))
        .isEqualTo(
            "06010000000000000001000000000000000c00000000000000000000018bcfe56be8"
                + ("01" + "07" + "616c6961732f6b" + "03" + "010203")
                + "0".repeat(48)
                + ("00" + "03" + "0c0d"));
    ShardMachine.PositionedRow row = step.row().orElseThrow();
    assertThat(ShardRow.decode(row.bytes())).isEqualTo(row.row());
    assertThat(step.state().orElseThrow().nextPosition()).isEqualTo(4);
  }

  @Test
  void recordsOfAnEarlierVersionAreReadWithDefaults() {
    ShardMachine.Step step = apply(opened(), append(1_700_000_001_000L, 3));
    ShardRow row = step.row().orElseThrow().row();
    byte[] newest = row.encode();
    // The count of throttled records came with version 3, after header, arrival, key id and number.
    int throttled = 2 + 3 * 8 + 8 + 1 + 3 * 8;
    byte[] second = new byte[newest.length - 1];
    System.arraycopy(newest, 0, second, 0, throttled);
    System.arraycopy(newest, throttled + 1, second, throttled, second.length - throttled);
    second[0] = 2;
    assertThat(ShardRow.decode(ByteBuffer.wrap(second))).isEqualTo(row);
  }
}
