// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import static dev.millrace.core.port.TestingEntries.DROPPED;
import static dev.millrace.core.port.TestingEntries.FIRST;
import static dev.millrace.core.port.TestingEntries.MILLIS;
import static dev.millrace.core.port.TestingEntries.SECOND;
import static dev.millrace.core.port.TestingEntries.SESSION;
import static dev.millrace.core.port.TestingEntries.append;
import static dev.millrace.core.port.TestingEntries.at;
import static dev.millrace.core.port.TestingEntries.open;
import static dev.millrace.core.port.TestingEntries.replace;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.port.ShardReader.Stretch;
import dev.millrace.core.stream.ShardRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ShardStore} that is also a {@link ShardReader} promises: entries are applied
 * once and in order, what a flush reports as durable survives a crash, an entry of another log is
 * rejected, and what was applied is read as it was written.
 */
public abstract class ShardStoreContract {
  private static final int ENTRIES = TestingEntries.log().size();
  private static final LogPosition LAST = at(ENTRIES - 1);

  /** The store under test: empty at first, after a crash the one that was opened then. */
  protected abstract ShardStore store();

  /** Reads what {@link #store} applied. */
  protected abstract ShardReader reader();

  /** Ends the store as a killed process would, and opens it again. */
  protected abstract void crash();

  private List<List<Outcome>> applyFrom(long index) {
    List<List<Outcome>> outcomes = new ArrayList<>();
    for (long next = index; next < ENTRIES; next++) {
      outcomes.add(store().apply(at(next), TestingEntries.log().get((int) next)));
    }
    return outcomes;
  }

  private List<String> texts(ShardRef shard) {
    return reader().read(shard, 0, 1000, 1 << 20).orElseThrow().records().stream()
        .map(record -> text(record.data()) + "@" + record.position())
        .toList();
  }

  private static String text(ByteBuffer bytes) {
    return UTF_8.decode(bytes.duplicate()).toString();
  }

  private void assertRejected(LogPosition position) {
    Optional<ShardState> before = reader().state(FIRST);
    LogPosition applied = store().applied();
    List<Command> commands = List.of(append(FIRST, 20, "x", 1));
    assertThatThrownBy(() -> store().apply(position, commands))
        .as("an entry at %s after %s", position, applied)
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> store().skip(position)).isInstanceOf(RuntimeException.class);
    assertThat(reader().state(FIRST)).isEqualTo(before);
    assertThat(store().applied()).isEqualTo(applied);
  }

  @Test
  void everyCommandOfAnEntryGetsItsOwnOutcomeInOrder() {
    List<List<Outcome>> outcomes = applyFrom(0);
    assertThat(outcomes.get(0)).containsExactly(new Outcome.Replaced(1));
    assertThat(outcomes.get(2))
        .containsExactly(new Outcome.Appended(1, MILLIS + 1), new Outcome.Appended(1, MILLIS + 2));
    assertThat(outcomes.get(5))
        .containsExactly(
            new Outcome.Appended(1, MILLIS + 3),
            new Outcome.Appended(4, MILLIS + 3),
            new Outcome.Appended(5, MILLIS + 3));
    assertThat(outcomes.get(6)).containsExactly(new Outcome.Appended(2, MILLIS + 2));
    assertThat(outcomes.get(8).get(1)).isEqualTo(new Outcome.NoSuchShard());
    assertThat(store().applied()).isEqualTo(LAST);
  }

  @Test
  void aStaleRevisionReplacesNothing() {
    applyFrom(0);
    assertThat(store().apply(at(ENTRIES), List.of(replace(1, Optional.empty()))))
        .containsExactly(new Outcome.RevisionConflict(2));
    assertThat(store().apply(at(ENTRIES + 1), List.of(replace(2, Optional.empty()))))
        .containsExactly(new Outcome.Replaced(3));
    assertThat(store().apply(at(ENTRIES + 2), List.of(replace(2, Optional.empty()))))
        .containsExactly(new Outcome.RevisionConflict(0));
  }

  @Test
  void nothingIsDurableBeforeAFlush() {
    assertThat(store().durable()).isEqualTo(LogPosition.NONE);
    applyFrom(0);
    assertThat(store().durable()).isEqualTo(LogPosition.NONE);
    crash();
    assertThat(store().durable()).isEqualTo(LogPosition.NONE);
    assertThat(store().applied()).isEqualTo(LogPosition.NONE);
  }

  @Test
  void whatAFlushReportsAsDurableSurvivesACrash() {
    applyFrom(0);
    Optional<ShardState> state = reader().state(FIRST);
    List<String> records = texts(FIRST);
    assertThat(store().flush()).isEqualTo(LAST);
    assertThat(store().durable()).isEqualTo(LAST);
    crash();
    assertThat(store().durable()).isEqualTo(LAST);
    assertThat(store().applied()).isEqualTo(LAST);
    assertThat(reader().state(FIRST)).isEqualTo(state);
    assertThat(texts(FIRST)).isEqualTo(records);
  }

  @Test
  void aReplayAfterACrashRestoresTheState() {
    for (int flushedAfter = 0; flushedAfter < ENTRIES; flushedAfter++) {
      // Each round continues from the last flush, like one process after another.
      applyFrom(store().durable().index() + 1);
      List<Optional<ShardState>> states =
          List.of(reader().state(FIRST), reader().state(SECOND), reader().state(DROPPED));
      List<String> records = texts(FIRST);
      crash();
      long replayed = store().durable().index() + 1;
      for (long next = replayed; next <= flushedAfter; next++) {
        store().apply(at(next), TestingEntries.log().get((int) next));
      }
      assertThat(store().flush()).isEqualTo(at(flushedAfter));
      applyFrom(flushedAfter + 1);
      assertThat(List.of(reader().state(FIRST), reader().state(SECOND), reader().state(DROPPED)))
          .isEqualTo(states);
      assertThat(texts(FIRST)).isEqualTo(records);
      crash();
    }
  }

  @Test
  void aReplayedEntryChangesNothing() {
    applyFrom(0);
    store().flush();
    Optional<ShardState> state = reader().state(FIRST);
    List<Outcome> again =
        store().apply(at(2), List.of(append(FIRST, 1, "a", 3), append(SECOND, 2, "b", 1)));
    assertThat(again).containsExactly(new Outcome.Repeated(), new Outcome.Repeated());
    store().skip(at(3));
    assertThat(reader().state(FIRST)).isEqualTo(state);
    assertThat(store().applied()).isEqualTo(LAST);
    assertThat(store().flush()).isEqualTo(LAST);
  }

  @Test
  void anEntryOfAnotherLogIsRejectedAndChangesNothing() {
    store().apply(new LogPosition(3, 0), List.of(open(FIRST)));
    store().apply(new LogPosition(3, 1), List.of(append(FIRST, 1, "a", 1)));
    assertRejected(new LogPosition(2, 1));
    assertRejected(new LogPosition(4, 1));
    assertRejected(new LogPosition(4, 0));
    assertRejected(new LogPosition(2, 2));
    store().flush();
    crash();
    assertRejected(new LogPosition(2, 1));
    assertRejected(new LogPosition(4, 1));
    assertRejected(new LogPosition(4, 0));
    assertRejected(new LogPosition(2, 2));
    assertThat(store().apply(new LogPosition(4, 2), List.of(append(FIRST, 2, "b", 1))))
        .containsExactly(new Outcome.Appended(2, MILLIS + 2));
  }

  @Test
  void anEntryAfterAGapIsRejectedAndChangesNothing() {
    store().apply(at(0), List.of(open(FIRST)));
    assertRejected(at(2));
    store().skip(at(1));
    assertThat(store().apply(at(2), List.of(append(FIRST, 1, "a", 1))))
        .containsExactly(new Outcome.Appended(1, MILLIS + 1));
  }

  @Test
  void aSkippedPositionIsMadeDurableToo() {
    store().apply(at(0), List.of(open(FIRST)));
    store().skip(at(1));
    assertThat(store().flush()).isEqualTo(at(1));
    crash();
    assertThat(store().durable()).isEqualTo(at(1));
  }

  @Test
  void aSessionSurvivesACrash() {
    applyFrom(0);
    store().flush();
    crash();
    Command again = append(FIRST, 50, "again", 2, new BatchNumber(SESSION, 2, 1));
    assertThat(store().apply(at(ENTRIES), List.of(again)))
        .containsExactly(new Outcome.AppendedBefore(14, MILLIS + 12, List.of()));
  }

  @Test
  void aDroppedShardDoesNotExist() {
    applyFrom(0);
    assertThat(reader().read(DROPPED, 0, 1, 1)).isEmpty();
    assertThat(reader().state(DROPPED)).isEmpty();
    assertThat(reader().firstAtOrAfter(DROPPED, 0)).isEmpty();
    store().flush();
    crash();
    assertThat(reader().state(DROPPED)).isEmpty();
  }

  @Test
  void readingContinuesWhereItStoppedAndEndsAtTheTip() {
    applyFrom(0);
    List<String> read = new ArrayList<>();
    long position = 0;
    Stretch stretch;
    do {
      stretch = reader().read(FIRST, position, 3, 1 << 20).orElseThrow();
      stretch.records().forEach(r -> read.add(text(r.data()) + "@" + r.position()));
      position = stretch.nextPosition();
    } while (!stretch.atTip());
    assertThat(read)
        .containsExactly(
            "a0@1", "a1@2", "a2@3", "c0@4", "d0@5", "d1@6", "e0@7", "e1@8", "e2@9", "e3@10",
            "g0@12", "g1@13", "h0@14", "i0@16");
    assertThat(reader().read(FIRST, position, 3, 1 << 20).orElseThrow().records()).isEmpty();
  }

  @Test
  void aByteBoundStopsBeforeItIsExceededButNeverBeforeTheFirstRecord() {
    applyFrom(0);
    assertThat(reader().read(FIRST, 0, 100, 7).orElseThrow().records()).hasSize(2);
    assertThat(reader().read(FIRST, 0, 100, 1).orElseThrow().records()).hasSize(1);
  }

  @Test
  void aTimeLeadsToTheFirstRecordNotBeforeIt() {
    applyFrom(0);
    assertThat(firstAt(0)).isEqualTo(1);
    assertThat(firstAt(MILLIS + 1)).isEqualTo(1);
    assertThat(firstAt(MILLIS + 2)).isEqualTo(4);
    assertThat(firstAt(MILLIS + 9)).isEqualTo(7);
    assertThat(firstAt(MILLIS + 10)).isEqualTo(12);
    long tip = reader().state(FIRST).orElseThrow().nextPosition();
    assertThat(reader().firstAtOrAfter(FIRST, MILLIS + 14)).contains(tip);
  }

  private long firstAt(long millis) {
    long position = reader().firstAtOrAfter(FIRST, millis).orElseThrow();
    return reader().read(FIRST, position, 1, 1 << 20).orElseThrow().records().getFirst().position();
  }

  @Test
  void whatIsBelowTheTrimHorizonIsNotRead() {
    applyFrom(0);
    store().apply(at(ENTRIES), List.of(new Command.TrimShard(FIRST, 8)));
    List<StoredRecord> left = reader().read(FIRST, 0, 1, 1 << 20).orElseThrow().records();
    assertThat(left.getFirst().position()).isEqualTo(8);
    assertThat(reader().firstAtOrAfter(FIRST, 0)).contains(8L);
  }
}
