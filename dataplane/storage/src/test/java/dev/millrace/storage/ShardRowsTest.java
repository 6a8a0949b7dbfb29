// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.ShardCommand;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardRows.AppliedShards;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.port.TestingEntries;
import dev.millrace.core.stream.ShardRef;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A store that takes the rows of another one holds the same, and goes on with the log. */
class ShardRowsTest {
  private static final StorageSettings SMALL = new StorageSettings(8 << 20, 4 << 20, 1 << 20, 64);
  private static final Halt FAIL =
      (why, cause) -> {
        throw new AssertionError(why, cause);
      };

  /** As small as can be: a page for each entry. */
  private static final int PAGE_BYTES = 1;

  /** The catalogue is that of one process, which has no others. */
  private static final List<List<Command>> LOG =
      TestingEntries.log().stream()
          .map(entry -> entry.stream().filter(ShardCommand.class::isInstance).toList())
          .toList();

  @TempDir private Path folder;
  private SortedDump all = new SortedDump("");

  /** What a store holds that has applied everything. */
  private record SortedDump(String text) {}

  private static LogPosition at(long index) {
    return new LogPosition(1, index);
  }

  private RocksShardStore open(String name) {
    return new RocksShardStore(folder.resolve(name), SMALL, FAIL);
  }

  private static void apply(RocksShardStore store, int from, int to) {
    for (int index = from; index < to; index++) {
      store.apply(at(index), LOG.get(index));
    }
  }

  private static SortedDump dump(RocksShardStore store) {
    return new SortedDump(store.dump().toString());
  }

  @BeforeEach
  void applyAll() {
    try (RocksShardStore store = open("all")) {
      apply(store, 0, LOG.size());
      store.flush();
      all = dump(store);
    }
  }

  private static void take(RocksShardStore from, RocksShardStore to, ShardRef shard, int pages) {
    long next = to.nextRow(shard);
    for (int page = 0; page < pages; page++) {
      RowPage found = from.rows(shard, next, PAGE_BYTES).orElseThrow();
      if (!found.rows().isEmpty()) {
        to.takeRows(shard, found.rows());
      }
      next = found.next();
      if (found.isLast()) {
        return;
      }
    }
  }

  private static void takeAll(RocksShardStore from, RocksShardStore to) {
    AppliedShards applied = from.appliedShards();
    applied.shards().forEach(shard -> take(from, to, shard, Integer.MAX_VALUE));
    to.tookAll(applied.at(), new HashSet<>(applied.shards()));
  }

  static IntStream everyIndex() {
    return IntStream.rangeClosed(0, LOG.size());
  }

  @ParameterizedTest
  @MethodSource("everyIndex")
  void whateverItHadItHoldsTheSameAfterwardsAndAfterARestart(int had) {
    try (RocksShardStore source = open("all")) {
      try (RocksShardStore store = open("taker")) {
        apply(store, 0, had);
        takeAll(source, store);
        assertThat(dump(store)).isEqualTo(all);
        assertThat(store.durable()).isEqualTo(source.appliedShards().at());
      }
      try (RocksShardStore store = open("taker")) {
        assertThat(dump(store)).isEqualTo(all);
        assertThat(store.applied()).isEqualTo(at(LOG.size() - 1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyIndex")
  void theLogGoesOnFromWhatTheOtherHadAppliedThen(int reached) {
    try (RocksShardStore source = open("part");
        RocksShardStore store = open("taker")) {
      if (reached == 0) {
        return;
      }
      apply(source, 0, reached);
      takeAll(source, store);
      apply(store, reached, LOG.size());
      assertThat(dump(store)).isEqualTo(all);
    }
  }

  @ParameterizedTest
  @MethodSource("everyIndex")
  void shardsThatWereReadLaterAreAheadAndSkipWhatTheyHave(int reached) {
    try (RocksShardStore source = open("part");
        RocksShardStore store = open("taker")) {
      if (reached == 0) {
        return;
      }
      apply(source, 0, reached);
      AppliedShards applied = source.appliedShards();
      apply(source, reached, LOG.size());
      List<ShardRef> left = applied.shards().stream().filter(source.shards()::contains).toList();
      left.forEach(shard -> take(source, store, shard, Integer.MAX_VALUE));
      store.tookAll(applied.at(), new HashSet<>(left));
      apply(store, reached, LOG.size());
      assertThat(dump(store)).isEqualTo(all);
    }
  }

  @Test
  void anInterruptedTakeGoesOnWhereItEnded() {
    try (RocksShardStore source = open("all")) {
      List<ShardRef> shards = source.appliedShards().shards();
      for (int pages = 1; pages < 4; pages++) {
        try (RocksShardStore store = open("taker")) {
          for (ShardRef shard : shards) {
            take(source, store, shard, pages);
            store.flushFamily(shard);
          }
        }
      }
      try (RocksShardStore store = open("taker")) {
        takeAll(source, store);
        assertThat(dump(store)).isEqualTo(all);
      }
    }
  }

  @Test
  void aStoreWithACatalogueIsLeftAsItIs() {
    try (RocksShardStore store = open("standalone")) {
      for (int index = 0; index < LOG.size(); index++) {
        store.apply(at(index), TestingEntries.log().get(index));
      }
      SortedDump before = dump(store);
      assertThatThrownBy(() -> store.tookAll(at(LOG.size()), new HashSet<>()))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("catalogue");
      assertThat(dump(store)).isEqualTo(before);
    }
  }
}
