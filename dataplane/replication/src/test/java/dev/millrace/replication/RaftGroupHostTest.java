// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was acknowledged is applied, once and in order, also after a restart; and after a failure
 * the process stops instead of going on without a record.
 */
class RaftGroupHostTest {
  @TempDir private Path folder;
  private final TestingHalt halt = new TestingHalt();

  private RaftGroupHost start(TestingShardStore store) throws IOException {
    return TestingGroup.start(folder, TestingBounds.small(), store, halt);
  }

  private static Outcome put(RaftGroupHost group, Command command) throws Exception {
    return group.log().propose(command).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @Test
  void everythingAcknowledgedIsAppliedAgainAfterAKillFromTheFirstIndexThatWasNotDurable(
      @TempDir Path target) throws Exception {
    TestingShardStore store = new TestingShardStore();
    TestingShardStore found;
    try (RaftGroupHost group = start(store)) {
      put(group, TestingCommands.open());
      for (long n = 0; n < 50; n++) {
        assertThat(put(group, TestingCommands.append(n, 100)))
            .isEqualTo(new Outcome.Appended(1 + n, n));
        if (n == 20) {
          store.flush();
        }
      }
      found = store.crash();
      HardStop.copy(folder, target);
    }
    assertThat(TestingCommands.numbers(found)).isEqualTo(range(0, 21));
    try (RaftGroupHost group = TestingGroup.start(target, TestingBounds.small(), found, halt)) {
      assertThat(TestingCommands.numbers(found)).isEqualTo(range(0, 50));
      put(group, TestingCommands.append(50, 100));
    }
    assertThat(TestingCommands.numbers(found)).isEqualTo(range(0, 51));
    assertThat(halt.called()).isFalse();
  }

  @Test
  void anOrderlyStopTakesASnapshotSoNothingIsReplayed() throws Exception {
    TestingShardStore store = new TestingShardStore();
    try (RaftGroupHost group = start(store)) {
      put(group, TestingCommands.tiny(0));
    }
    assertThat(store.durable()).isEqualTo(store.applied());
    TestingShardStore found = store.crash();
    try (RaftGroupHost group = start(found)) {
      put(group, TestingCommands.tiny(1));
    }
    assertThat(TestingCommands.numbers(found)).isEqualTo(range(0, 2));
    assertThat(halt.called()).isFalse();
  }

  @Test
  void anEntryThatDoesNotApplyHaltsAndNothingAfterItIsApplied() throws Exception {
    TestingShardStore store = new TestingShardStore();
    try (RaftGroupHost group = start(store)) {
      put(group, TestingCommands.tiny(0));
      store.rejectIndex(store.applied().index() + 1);
      List<CompletableFuture<Outcome>> stages = new ArrayList<>();
      for (long n = 1; n < 20; n++) {
        stages.add(group.log().propose(TestingCommands.tiny(n)).toCompletableFuture());
      }
      assertThat(halt.why()).contains("committed entry at (term 1, index 2) does not apply");
      for (CompletableFuture<Outcome> stage : stages) {
        assertThatThrownBy(() -> stage.get(20, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(LogRefusedException.class);
      }
    }
    assertThat(TestingCommands.numbers(store)).isEqualTo(range(0, 1));
  }

  /** Something that keeps Ratis from making a segment, and what it makes of that. */
  enum Obstacle {
    NAME_TAKEN("the Raft group stopped by itself"),
    FOLDER_GONE("the Raft log cannot write");

    private final String why;

    Obstacle(String why) {
      this.why = why;
    }

    void put(Path segment) throws IOException {
      switch (this) {
        case NAME_TAKEN -> Files.createDirectory(segment);
        case FOLDER_GONE -> Files.createSymbolicLink(segment, Path.of("/none/log"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLogThatCannotBeWrittenHaltsAndTheCommandIsNotAcknowledged(Obstacle obstacle)
      throws Exception {
    TestingShardStore store = new TestingShardStore();
    RaftBounds bounds = new TestingBounds().segmentBytes(64 << 10).build();
    try (RaftGroupHost group = TestingGroup.start(folder, bounds, store, halt)) {
      put(group, TestingCommands.append(0, 50_000));
      obstacle.put(HardStop.openSegment(folder).resolveSibling("log_inprogress_2"));
      CompletableFuture<Outcome> stage =
          group.log().propose(TestingCommands.append(1, 50_000)).toCompletableFuture();
      assertThat(halt.why()).contains(obstacle.why);
      if (obstacle == Obstacle.NAME_TAKEN) {
        assertThatThrownBy(() -> stage.get(20, TimeUnit.SECONDS))
            .hasCauseInstanceOf(LogRefusedException.class);
      }
      // Where Ratis lives on it never answers; the halt is what ends the waiting.
      assertThat(stage.isDone() && !stage.isCompletedExceptionally()).isFalse();
    }
    assertThat(TestingCommands.numbers(store)).isEqualTo(range(0, 1));
  }

  @Test
  void aFlushThatFailsHaltsAndAnnouncesNoSnapshot() throws Exception {
    TestingShardStore store = new TestingShardStore();
    RaftBounds bounds = new TestingBounds().segmentBytes(64 << 10).flushEntries(10).build();
    try (RaftGroupHost group = TestingGroup.start(folder, bounds, store, halt)) {
      store.rejectFlush();
      for (long n = 0; n < 8; n++) {
        put(group, TestingCommands.append(n, 30_000));
      }
      assertThat(HardStop.segments(folder)).hasSizeGreaterThan(2);
      for (long n = 8; n < 12; n++) {
        group.log().propose(TestingCommands.append(n, 30_000));
      }
      assertThat(halt.why()).contains("cannot be flushed");
    }
    assertThat(store.durable()).isEqualTo(LogPosition.NONE);
    assertThat(HardStop.segments(folder).getFirst().getFileName().toString()).startsWith("log_0-");
  }

  @Test
  void anOversizedCommandIsRefusedAndCostsTheLeaderNothing() throws Exception {
    TestingShardStore store = new TestingShardStore();
    try (RaftGroupHost group = start(store)) {
      long term = group.term();
      for (long n = 0; n < 50; n++) {
        Command oversized = TestingCommands.append(n, 64 << 10);
        assertThatThrownBy(() -> put(group, oversized))
            .cause()
            .isInstanceOfSatisfying(
                LogRefusedException.class,
                e -> assertThat(e.reason()).isEqualTo(LogRefusedException.Reason.TOO_LARGE));
      }
      put(group, TestingCommands.append(50, (64 << 10) - 256));
      assertThat(group.term()).isEqualTo(term);
    }
    assertThat(TestingCommands.numbers(store)).isEqualTo(range(50, 51));
  }

  private void untilPurged(RaftGroupHost group, TestingShardStore store, RaftBounds bounds)
      throws Exception {
    for (long n = 0; firstIndex() == 0; n++) {
      assertThat(n).as("entries without a purge under %s", bounds).isLessThan(700);
      put(group, TestingCommands.append(n, 30_000));
    }
    assertThat(firstIndex()).isLessThanOrEqualTo(store.durable().index() + 1);
  }

  private long firstIndex() throws IOException {
    return HardStop.segments(folder).stream()
        .map(file -> file.getFileName().toString().replaceAll("\\D*(\\d+).*", "$1"))
        .mapToLong(Long::parseLong)
        .min()
        .orElseThrow();
  }

  static List<RaftBounds> snapshotBounds() {
    return List.of(
        new TestingBounds().segmentBytes(64 << 10).flushEntries(20).build(),
        new TestingBounds().segmentBytes(64 << 10).flushBytes(600_000).build(),
        new TestingBounds().segmentBytes(64 << 10).flushInterval(Duration.ofMillis(50)).build());
  }

  @ParameterizedTest
  @MethodSource("snapshotBounds")
  void theLogIsPurgedUpToASnapshotAndWhatFollowsIsReplayed(RaftBounds bounds, @TempDir Path target)
      throws Exception {
    TestingShardStore store = new TestingShardStore();
    TestingShardStore found;
    List<Long> acknowledged;
    store.flushWithout(5);
    try (RaftGroupHost group = TestingGroup.start(folder, bounds, store, halt)) {
      untilPurged(group, store, bounds);
      put(group, TestingCommands.append(1_000_000, 10));
      acknowledged = TestingCommands.numbers(store);
      found = store.crash();
      HardStop.copy(folder, target);
    }
    try (RaftGroupHost _ = TestingGroup.start(target, bounds, found, halt)) {
      assertThat(TestingCommands.numbers(found)).isEqualTo(acknowledged);
    }
    assertThat(halt.called()).isFalse();
  }

  @Test
  void entriesAreAppliedAndAnsweredWhileAFlushIsHeldUpAndTheLogIsKeptUntilItEnds()
      throws Exception {
    TestingShardStore store = new TestingShardStore();
    CompletableFuture<Void> gate = store.closeFlushGate();
    RaftBounds bounds = new TestingBounds().segmentBytes(64 << 10).flushEntries(10).build();
    try (RaftGroupHost group = TestingGroup.start(folder, bounds, store, halt)) {
      for (long n = 0; n < 40; n++) {
        put(group, TestingCommands.append(n, 30_000));
      }
      assertThat(store.flushes()).isZero();
      assertThat(store.durable()).isEqualTo(LogPosition.NONE);
      assertThat(firstIndex()).isZero();
      gate.complete(null);
      untilPurged(group, store, bounds);
    } finally {
      gate.complete(null);
    }
    assertThat(halt.called()).isFalse();
  }

  @Test
  void anEntryOfAnotherLogAtAnAppliedIndexHalts() throws Exception {
    try (RaftGroupHost group = start(new TestingShardStore())) {
      put(group, TestingCommands.tiny(0));
    }
    // As after a kill before any flush: the log is replayed from its first entry.
    TestingShardStore store = new TestingShardStore();
    store.skip(new LogPosition(1, 0));
    store.apply(new LogPosition(9, 1), List.of(TestingCommands.tiny(7)));
    assertThatThrownBy(() -> start(store).close()).isInstanceOf(IOException.class);
    assertThat(halt.why()).contains("(term 1, index 1) does not apply");
    assertThat(TestingCommands.numbers(store)).isEqualTo(range(7, 8));
  }

  @Test
  void aFewEntriesAreMadeDurableInTimeToo() throws Exception {
    TestingShardStore store = new TestingShardStore();
    RaftBounds bounds = new TestingBounds().flushInterval(Duration.ofMillis(20)).build();
    try (RaftGroupHost group = TestingGroup.start(folder, bounds, store, halt)) {
      put(group, TestingCommands.tiny(0));
      store.untilDurable(store.applied()).get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aGroupThatStoppedByItselfDoesNotCountAsRunning() throws Exception {
    TestingShardStore store = new TestingShardStore();
    try (RaftGroupHost group = start(store)) {
      put(group, TestingCommands.tiny(0));
      assertThat(group.isRunning()).isTrue();
      store.rejectIndex(store.applied().index() + 1);
      assertThatThrownBy(() -> put(group, TestingCommands.tiny(1)))
          .hasCauseInstanceOf(LogRefusedException.class);
      assertThat(group.isRunning()).isFalse();
    }
  }

  @Test
  void aFailedFsyncOrWriteReportedByRatisHalts() {
    ShardStateMachine machine = TestingMachine.of(new TestingShardStore(), folder, halt);
    machine.notifyLogFailed(new IOException("planted"), null);
    assertThat(halt.called()).isTrue();
  }

  @Test
  void aFolderThatCannotBeFsyncedFailsTheWrite() {
    // The names of segments are looked for where there is no folder.
    ShardStateMachine machine =
        TestingMachine.of(new TestingShardStore(), folder.resolve("none"), halt);
    assertThat(machine.flush(1)).isCompletedExceptionally();
  }

  @Test
  void whatIsInFlightAtACloseIsNeverCalledNotApplied() throws Exception {
    TestingShardStore store = new TestingShardStore();
    CompletableFuture<Outcome> inFlight;
    try (RaftGroupHost group = start(store)) {
      put(group, TestingCommands.tiny(0));
      CompletableFuture<Void> gate = store.closeApplyGate();
      inFlight = group.log().propose(TestingCommands.tiny(1)).toCompletableFuture();
      // The answer comes from the closing group, before the entry is applied.
      inFlight.whenComplete((outcome, failure) -> gate.complete(null));
    }
    assertThat(TestingCommands.numbers(store)).isEqualTo(range(0, 2));
    if (inFlight.isCompletedExceptionally()) {
      assertThat(inFlight.exceptionNow())
          .isInstanceOfSatisfying(
              LogRefusedException.class,
              e -> assertThat(e.reason()).isEqualTo(LogRefusedException.Reason.UNKNOWN_OUTCOME));
    }
    assertThat(inFlight).isDone();
  }

  @Test
  void anEntryThatCannotBeSkippedHalts() {
    ShardStateMachine machine = TestingMachine.of(new TestingShardStore(), folder, halt);
    // The store misses the entries before it.
    assertThatThrownBy(() -> machine.notifyTermIndexUpdated(1, 5))
        .isInstanceOf(IllegalStateException.class);
    assertThat(halt.called()).isTrue();
  }
}
