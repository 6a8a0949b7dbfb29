// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import static dev.millrace.core.port.TestingEntries.DROPPED;
import static dev.millrace.core.port.TestingEntries.FIRST;
import static dev.millrace.core.port.TestingEntries.MILLIS;
import static dev.millrace.core.port.TestingEntries.NAME;
import static dev.millrace.core.port.TestingEntries.SECOND;
import static dev.millrace.core.port.TestingEntries.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.port.ShardReader.Stretch;
import dev.millrace.core.port.TestingEntries;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was applied is there after a crash and a replay, byte for byte, whatever was flushed when.
 */
class RocksShardStoreTest {
  private static final StorageSettings SMALL = new StorageSettings(8 << 20, 4 << 20, 1 << 20, 64);
  private static final Halt FAIL =
      (why, cause) -> {
        throw new AssertionError(why, cause);
      };

  private static final LogPosition LAST = at(TestingEntries.log().size() - 1);

  @TempDir private Path folder;

  private RocksShardStore open(String name) {
    return new RocksShardStore(folder.resolve(name), SMALL, FAIL);
  }

  private static List<List<Outcome>> applyAll(RocksShardStore store, long from) {
    List<List<Command>> log = TestingEntries.log();
    List<List<Outcome>> outcomes = new ArrayList<>();
    for (long index = from; index < log.size(); index++) {
      outcomes.add(store.apply(at(index), log.get((int) index)));
    }
    return outcomes;
  }

  static Stream<Arguments> everyFamilyAtEveryIndex() {
    int entries = TestingEntries.log().size();
    return Stream.of("first", "second", "dropped", "catalogue", "all")
        .flatMap(
            family -> IntStream.range(0, entries).mapToObj(index -> Arguments.of(family, index)));
  }

  /**
   * One family is flushed after one entry, as a full buffer would do at any time; the process dies
   * at the end; the log is replayed from the last snapshot.
   */
  @ParameterizedTest(name = "{0} flushed after entry {1}")
  @MethodSource("everyFamilyAtEveryIndex")
  void replayAfterACrashLeavesTheSameBytes(String family, int flushedAfter) {
    Map<String, String> expected;
    Optional<ShardState> state;
    try (RocksShardStore whole = open("whole")) {
      applyAll(whole, 0);
      expected = whole.dump();
      state = whole.state(FIRST);
    }
    List<List<Command>> log = TestingEntries.log();
    try (RocksShardStore crashing = open("crashing")) {
      for (int index = 0; index < log.size(); index++) {
        crashing.apply(at(index), log.get(index));
        if (index == flushedAfter) {
          flush(crashing, family);
        }
      }
    }
    try (RocksShardStore restarted = open("crashing")) {
      applyAll(restarted, restarted.durable().index() + 1);
      assertThat(restarted.dump()).isEqualTo(expected);
      assertThat(restarted.state(FIRST)).isEqualTo(state);
    }
    try (RocksShardStore again = open("crashing")) {
      applyAll(again, again.durable().index() + 1);
      assertThat(again.state(FIRST)).isEqualTo(state);
    }
  }

  private static void flush(RocksShardStore store, String family) {
    switch (family) {
      case "first" -> store.flushFamily(FIRST);
      case "second" -> store.flushFamily(SECOND);
      case "dropped" -> store.flushFamily(DROPPED);
      case "catalogue" -> store.flushCatalogue();
      default -> store.flush();
    }
  }

  /** A crash in the middle of a replay, again and again. */
  @Test
  void replaysThatAreCutShortTooLeaveTheSameBytes() {
    Map<String, String> expected;
    try (RocksShardStore whole = open("whole")) {
      applyAll(whole, 0);
      expected = whole.dump();
    }
    List<List<Command>> log = TestingEntries.log();
    for (int cut = 1; cut <= log.size(); cut++) {
      try (RocksShardStore store = open("crashing")) {
        for (int index = (int) store.durable().index() + 1; index < cut; index++) {
          store.apply(at(index), log.get(index));
        }
        store.flushFamily(cut % 2 == 0 ? FIRST : SECOND);
        if (cut % 3 == 0) {
          store.flush();
        }
      }
    }
    try (RocksShardStore store = open("crashing")) {
      applyAll(store, store.durable().index() + 1);
      assertThat(store.dump()).isEqualTo(expected);
    }
  }

  @Test
  void flushClaimsWhatItWroteAndItIsThereAfterACrash() {
    Map<String, String> expected;
    try (RocksShardStore store = open("store")) {
      applyAll(store, 0);
      assertThat(store.flush()).isEqualTo(LAST);
      expected = store.dump();
    }
    try (RocksShardStore store = open("store")) {
      assertThat(store.durable()).isEqualTo(LAST);
      assertThat(store.dump()).isEqualTo(expected);
      assertThat(store.streams()).containsOnlyKeys(NAME);
    }
  }

  @Test
  void aStoreInUseDoesNotOpenTwice() {
    try (RocksShardStore store = open("store")) {
      assertThat(store.streams()).isEmpty();
      assertThatThrownBy(() -> open("store").close())
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("does not open");
    }
  }

  @Test
  void twoHundredShardsAreOpenedAndDroppedByOneEntryEach() {
    List<Command> opening = new ArrayList<>();
    List<Command> dropping = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      ShardRef shard = new ShardRef(FIRST.stream(), new dev.millrace.core.shard.ShardId(i));
      opening.add(TestingEntries.open(shard));
      dropping.add(new Command.DropShard(shard));
    }
    try (RocksShardStore store = open("store")) {
      assertThat(store.apply(at(0), opening)).hasSize(200).containsOnly(new Outcome.Done());
      store.flush();
      assertThat(store.apply(at(1), dropping)).hasSize(200).containsOnly(new Outcome.Done());
    }
    try (RocksShardStore store = open("store")) {
      assertThat(new TreeMap<>(store.dump())).isEmpty();
    }
  }

  @Test
  void whatIsBelowATrimHorizonGoesFromTheDiskWithTheNextFlushAndWhatIsAboveStays()
      throws IOException {
    byte[] data = new byte[100_000];
    new Random(5).nextBytes(data);
    ShardRef shard = new ShardRef(new StreamId(77), new ShardId(0));
    try (RocksShardStore store = open("trim")) {
      long index = 0;
      store.apply(
          at(index++),
          List.of(new Command.OpenShard(shard, HashKeyRange.ALL, List.of(), MILLIS / 1000)));
      List<Long> positions = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        RecordBatch record =
            new RecordBatch.Builder(data.length)
                .add(new byte[] {'k'}, data, 0, data.length)
                .build();
        Outcome outcome =
            store
                .apply(
                    at(index++),
                    List.of(
                        new Command.AppendRecords(
                            shard, MILLIS + i, BatchNumber.NONE, List.of(), record)))
                .getFirst();
        positions.add(((Outcome.Appended) outcome).firstPosition());
      }
      List<Long> kept = positions.subList(149, 200);
      store.flush();
      long before = bytesOf(folder.resolve("trim"));
      assertThat(before).isGreaterThan(19_000_000L);
      store.apply(at(index++), List.of(new Command.TrimShard(shard, kept.getFirst())));
      assertThat(bytesOf(folder.resolve("trim"))).isGreaterThan(19_000_000L);
      store.flush();
      assertThat(bytesOf(folder.resolve("trim"))).isLessThan(before / 2);
      Stretch left = store.read(shard, 0, 1000, 1L << 30).orElseThrow();
      assertThat(left.records().stream().map(StoredRecord::position).toList()).isEqualTo(kept);
    }
  }

  private static long bytesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .mapToLong(RocksShardStoreTest::size)
          .sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException gone) {
      return 0;
    }
  }
}
