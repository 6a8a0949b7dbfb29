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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.apply.ReplicasDifferException;
import dev.millrace.core.apply.RowDigest;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.port.ShardRows.StoredRow;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.stream.ShardRef;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shard's digest is that of the rows on the disk. */
class StoredDigestTest {
  private static final StorageSettings SMALL = new StorageSettings(8 << 20, 4 << 20, 1 << 20, 64);
  private static final Halt FAIL =
      (why, cause) -> {
        throw new AssertionError(why, cause);
      };

  /** The second shard has no session, the first one has. */
  private static final List<List<Command>> LOG =
      List.of(
          List.of(open(FIRST), open(SECOND)),
          List.of(new Command.OpenSession(FIRST, 7, 8)),
          List.of(append(FIRST, 1, "a", 3), append(SECOND, 1, "b", 1)),
          List.of(append(FIRST, 2, "c", 1), append(SECOND, 2, "d", 2)),
          List.of(append(SECOND, 3, "e", 1)));

  @TempDir private Path folder;

  private RocksShardStore start(String name) {
    return new RocksShardStore(folder.resolve(name), SMALL, FAIL);
  }

  private static ShardState state(RocksShardStore store, ShardRef shard) {
    return store.state(shard).orElseThrow();
  }

  private static Command renew(ShardState leaders) {
    return new Command.RenewState(leaders.shard(), Optional.of(leaders.newestStateRow()));
  }

  private static void applyAll(RocksShardStore store) {
    for (int index = 0; index < LOG.size(); index++) {
      store.apply(at(index), LOG.get(index));
    }
    store.flush();
  }

  private static List<StoredRow> rows(RocksShardStore store, ShardRef shard) {
    return store.rows(shard, 0, 1 << 20).map(RowPage::rows).orElseThrow();
  }

  /** Overwrites one stored row of the replica, which notices at its next start. */
  private void overwrite(ShardRef shard, StoredRow row, UnaryOperator<byte[]> change) {
    byte[] bytes = new byte[row.bytes().remaining()];
    row.bytes().duplicate().get(bytes);
    try (RocksShardStore store = start("replica")) {
      ByteBuffer changed = ByteBuffer.wrap(change.apply(bytes));
      store.takeRows(shard, List.of(new StoredRow(row.position(), changed)));
      store.flushFamily(shard);
    }
  }

  /** Nothing in this byte is needed to read the row. */
  private static byte[] withAnotherLastByte(byte[] row) {
    byte[] changed = row.clone();
    changed[row.length - 1] ^= 1;
    return changed;
  }

  @BeforeEach
  void applyAllTwice() {
    for (String name : List.of("leader", "replica")) {
      try (RocksShardStore store = start(name)) {
        applyAll(store);
      }
    }
  }

  @Test
  void afterARestartTheDigestIsWhatItWasBefore() {
    for (ShardRef shard : List.of(FIRST, SECOND)) {
      ShardState before;
      try (RocksShardStore running = start("running " + shard.shard().index())) {
        applyAll(running);
        before = state(running, shard);
      }
      assertThat(before.digest().hasBegun()).isTrue();
      try (RocksShardStore restarted = start("leader")) {
        assertThat(state(restarted, shard)).isEqualTo(before);
      }
    }
  }

  @Test
  void aRowThatIsAnotherOnTheDiskGivesAnotherDigestAndIsFoundByTheSecondRenewal() {
    try (RocksShardStore leader = start("leader")) {
      List<StoredRow> records = rows(leader, SECOND).subList(1, 4);
      for (StoredRow row : records) {
        overwrite(SECOND, row, StoredDigestTest::withAnotherLastByte);
        try (RocksShardStore replica = start("replica")) {
          assertThat(state(replica, SECOND).digest()).isNotEqualTo(state(leader, SECOND).digest());
          assertThat(state(replica, FIRST)).isEqualTo(state(leader, FIRST));
        }
        overwrite(SECOND, row, bytes -> bytes);
      }
      overwrite(SECOND, records.getFirst(), StoredDigestTest::withAnotherLastByte);
      try (RocksShardStore replica = start("replica")) {
        List<Command> first = List.of(renew(state(leader, SECOND)));
        leader.apply(at(LOG.size()), first);
        replica.apply(at(LOG.size()), first);
        List<Command> second = List.of(renew(state(leader, SECOND)), renew(state(leader, FIRST)));
        assertThatThrownBy(() -> replica.apply(at(LOG.size() + 1), second))
            .isInstanceOf(ReplicasDifferException.class)
            .hasMessageContaining("shard " + SECOND);
        assertThat(replica.applied()).isEqualTo(at(LOG.size()));
        assertThat(leader.apply(at(LOG.size() + 1), second)).containsOnly(new Outcome.Done());
      }
    }
  }

  @Test
  void rowsThatWereTakenOverGiveTheDigestOfTheGiver() {
    try (RocksShardStore giver = start("leader");
        RocksShardStore taker = start("taker")) {
      for (ShardRef shard : List.of(FIRST, SECOND)) {
        taker.takeRows(shard, rows(giver, shard));
      }
      taker.tookAll(giver.applied(), Set.of(FIRST, SECOND));
      for (ShardRef shard : List.of(FIRST, SECOND)) {
        assertThat(state(taker, shard)).isEqualTo(state(giver, shard));
        List<Command> renewal = List.of(renew(state(giver, shard)));
        assertThat(taker.apply(at(LOG.size() + shard.shard().index()), renewal))
            .containsExactly(new Outcome.Done());
      }
    }
  }

  @Test
  void aReplicaThatDiffersTakesNoStateRowOfAnotherOneWhichWouldHideIt() {
    try (RocksShardStore giver = start("leader")) {
      overwrite(SECOND, rows(giver, SECOND).get(2), StoredDigestTest::withAnotherLastByte);
      giver.apply(at(LOG.size()), List.of(append(SECOND, 4, "f", 1), append(FIRST, 4, "f", 1)));
      giver.apply(
          at(LOG.size() + 1), List.of(renew(state(giver, SECOND)), append(FIRST, 5, "g", 1)));
      try (RocksShardStore replica = start("replica")) {
        List<StoredRow> first = later(giver, replica, FIRST);
        List<StoredRow> second = later(giver, replica, SECOND);
        assertThat(first).hasSize(2);
        assertThat(second).hasSize(2);
        replica.takeRows(FIRST, first);
        replica.takeRows(SECOND, second.subList(0, 1));
        assertThatThrownBy(() -> replica.takeRows(SECOND, second.subList(1, 2)))
            .isInstanceOf(ReplicasDifferException.class)
            .hasMessageContaining("shard " + SECOND);
        assertThat(rows(replica, SECOND)).hasSize(5);
      }
    }
  }

  @Test
  void afterRowsThatDifferWereRefusedThoseOfAnotherMemberAreTaken() {
    try (RocksShardStore giver = start("leader");
        RocksShardStore taker = start("replica")) {
      giver.apply(at(LOG.size()), List.of(append(SECOND, 4, "f", 1)));
      giver.apply(at(LOG.size() + 1), List.of(renew(state(giver, SECOND))));
      List<StoredRow> right = later(giver, taker, SECOND);
      byte[] record = new byte[right.getFirst().bytes().remaining()];
      right.getFirst().bytes().duplicate().get(record);
      ByteBuffer other = ByteBuffer.wrap(withAnotherLastByte(record));
      List<StoredRow> wrong =
          List.of(new StoredRow(right.getFirst().position(), other), right.getLast());
      long next = taker.nextRow(SECOND);
      assertThatThrownBy(() -> taker.takeRows(SECOND, wrong))
          .isInstanceOf(ReplicasDifferException.class);
      assertThat(taker.nextRow(SECOND)).isEqualTo(next);
      taker.takeRows(SECOND, right);
      taker.tookAll(giver.applied(), Set.of(FIRST, SECOND));
      assertThat(state(taker, SECOND)).isEqualTo(state(giver, SECOND));
    }
  }

  private static List<StoredRow> later(
      RocksShardStore giver, RocksShardStore taker, ShardRef shard) {
    return giver.rows(shard, taker.nextRow(shard), 1 << 20).map(RowPage::rows).orElseThrow();
  }

  /** Earlier builds wrote no state row for very many rows, so a start must not read them all. */
  @Test
  void aShardOfAnEarlierBuildIsRestoredFromItsLastRowUntilADigestBegins() {
    ShardState before;
    StoredRow middle;
    Command open = new Command.OpenShard(SECOND, HashKeyRange.ALL, List.of(), MILLIS / 1000, false);
    try (RocksShardStore store = start("earlier")) {
      store.apply(at(0), List.of(open));
      store.apply(at(1), List.of(append(SECOND, 1, "a", 1)));
      store.apply(at(2), List.of(append(SECOND, 2, "b", 1)));
      store.apply(at(3), List.of(append(SECOND, 3, "c", 1)));
      before = state(store, SECOND);
      middle = rows(store, SECOND).get(2);
      store.takeRows(
          SECOND, List.of(new StoredRow(middle.position(), ByteBuffer.wrap(new byte[1]))));
      store.flush();
    }
    try (RocksShardStore store = start("earlier")) {
      ShardState restored = state(store, SECOND);
      assertThat(restored.nextPosition()).isEqualTo(before.nextPosition());
      assertThat(restored.lastArrivalMillis()).isEqualTo(before.lastArrivalMillis());
      assertThat(restored.applied()).isEqualTo(before.applied());
      assertThat(restored.digest()).isEqualTo(RowDigest.NONE).isEqualTo(before.digest());
      store.apply(at(4), List.of(renew(restored)));
      store.apply(at(5), List.of(append(SECOND, 4, "d", 1)));
      store.apply(at(6), List.of(append(SECOND, 5, "e", 1)));
      before = state(store, SECOND);
      store.flush();
    }
    try (RocksShardStore store = start("earlier")) {
      assertThat(before.digest().hasBegun()).isTrue();
      assertThat(state(store, SECOND)).isEqualTo(before);
    }
  }
}
