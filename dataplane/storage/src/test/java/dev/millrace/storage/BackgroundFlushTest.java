// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import static dev.millrace.core.port.TestingEntries.FIRST;
import static dev.millrace.core.port.TestingEntries.MILLIS;
import static dev.millrace.core.port.TestingEntries.SECOND;
import static dev.millrace.core.port.TestingEntries.append;
import static dev.millrace.core.port.TestingEntries.at;
import static dev.millrace.core.port.TestingEntries.open;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.Halt;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * While a flush is held up, entries are applied, shards are dropped and the store is closed; and
 * the flush claims and deletes only what it covers.
 */
@Timeout(60)
class BackgroundFlushTest {
  private static final Halt FAIL =
      (why, cause) -> {
        throw new AssertionError(why, cause);
      };

  @TempDir private Path folder;
  private final HeldFlush held = new HeldFlush(ShardFamily.name(FIRST));

  private RocksShardStore start(List<HeldFlush> listeners) {
    return new RocksShardStore(
        folder.resolve("store"),
        new StorageSettings(8 << 20, 4 << 20, 1 << 20, 64),
        FAIL,
        List.copyOf(listeners));
  }

  @AfterEach
  void release() {
    held.release();
  }

  /** Lets the store close when an assertion fails before the flush was released. */
  private interface Release extends AutoCloseable {
    @Override
    void close();
  }

  private CompletableFuture<LogPosition> flushHeld(RocksShardStore store) {
    held.arm();
    CompletableFuture<LogPosition> flush =
        CompletableFuture.supplyAsync(store::flush, task -> Thread.ofPlatform().start(task));
    held.awaitBegun();
    return flush;
  }

  private static Command trimAll(RocksShardStore store) {
    return new Command.TrimShard(FIRST, store.state(FIRST).orElseThrow().nextPosition());
  }

  @Test
  void entriesAreAppliedDuringAFlushWhichClaimsOnlyWhatWasThereWhenItBegan() {
    try (RocksShardStore store = start(List.of(held));
        Release _ = held::release) {
      store.apply(at(0), List.of(open(FIRST), append(FIRST, 1, "a", 1)));
      CompletableFuture<LogPosition> flush = flushHeld(store);
      assertThat(store.apply(at(1), List.of(append(FIRST, 2, "b", 1))))
          .containsExactly(new Outcome.Appended(2, MILLIS + 2));
      assertThat(store.durable()).isEqualTo(LogPosition.NONE);
      held.release();
      assertThat(flush.join()).isEqualTo(at(0));
      assertThat(store.applied()).isEqualTo(at(1));
    }
    try (RocksShardStore restarted = start(List.of())) {
      assertThat(restarted.durable()).isEqualTo(at(0));
    }
  }

  @Test
  void aTrimThatIsAppliedDuringAFlushDeletesNothingThatAReplayNeeds() {
    ShardState expected;
    Command trim;
    try (RocksShardStore store = start(List.of(held));
        Release _ = held::release) {
      store.apply(at(0), List.of(open(FIRST), append(FIRST, 1, "a", 3)));
      store.flush();
      store.apply(at(1), List.of(append(FIRST, 2, "b", 1)));
      CompletableFuture<LogPosition> flush = flushHeld(store);
      trim = trimAll(store);
      store.apply(at(2), List.of(trim));
      expected = store.state(FIRST).orElseThrow();
      held.release();
      assertThat(flush.join()).isEqualTo(at(1));
    }
    try (RocksShardStore restarted = start(List.of())) {
      assertThat(restarted.apply(at(2), List.of(trim))).containsExactly(new Outcome.Done());
      assertThat(restarted.state(FIRST)).contains(expected);
    }
  }

  @Test
  void aShardIsDroppedDuringItsFlushWithoutWaitingForIt() {
    try (RocksShardStore store = start(List.of(held));
        Release _ = held::release) {
      store.apply(at(0), List.of(open(FIRST), open(SECOND), append(FIRST, 1, "a", 1)));
      CompletableFuture<LogPosition> flush = flushHeld(store);
      assertThat(store.apply(at(1), List.of(new Command.DropShard(FIRST))))
          .containsExactly(new Outcome.Done());
      assertThat(store.shards()).containsExactly(SECOND);
      held.release();
      assertThat(flush.join()).isEqualTo(at(0));
      assertThat(store.flush()).isEqualTo(at(1));
    }
    try (RocksShardStore restarted = start(List.of())) {
      assertThat(restarted.shards()).containsExactly(SECOND);
      assertThat(restarted.durable()).isEqualTo(at(1));
    }
  }

  @Test
  void aCloseCancelsAFlushWhichThenClaimsNothing() {
    RocksShardStore store = start(List.of(held));
    store.apply(at(0), List.of(open(FIRST), append(FIRST, 1, "a", 1)));
    CompletableFuture<LogPosition> flush = flushHeld(store);
    CompletableFuture<Void> close =
        CompletableFuture.runAsync(store::close, task -> Thread.ofPlatform().start(task));
    assertThat(flush.join()).isEqualTo(LogPosition.NONE);
    // RocksDB itself waits for what its own threads are in the middle of.
    held.release();
    close.join();
    try (RocksShardStore restarted = start(List.of())) {
      assertThat(restarted.durable()).isEqualTo(LogPosition.NONE);
      assertThat(restarted.apply(at(0), List.of(open(FIRST), append(FIRST, 1, "a", 1)))).hasSize(2);
    }
  }
}
