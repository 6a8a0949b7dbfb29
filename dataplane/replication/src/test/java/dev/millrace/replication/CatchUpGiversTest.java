// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.apply.ReplicasDifferException;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.ShardRows;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are taken from a member whose rows continue those that are here. */
class CatchUpGiversTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));
  private static final LogPosition REACHED = new LogPosition(1, 9);
  private static final UUID FIRST = UUID.randomUUID();
  private static final UUID SECOND = UUID.randomUUID();

  @TempDir private Path folder;
  private final List<String> taken = new ArrayList<>();

  /** Each member has one row, its own id, and nothing is in the store yet. */
  private static final class Members implements PeerRows {
    @Override
    public CompletionStage<ShardRows.AppliedShards> applied(UUID member, String address) {
      return CompletableFuture.completedStage(new ShardRows.AppliedShards(REACHED, List.of(SHARD)));
    }

    @Override
    public CompletionStage<ByteBuffer> configuration(UUID member, String address) {
      return CompletableFuture.completedStage(ByteBuffer.allocate(0));
    }

    @Override
    public CompletionStage<Optional<ShardRows.RowPage>> rows(
        UUID member, String address, ShardRef shard, long from, int maxBytes) {
      ByteBuffer row = ByteBuffer.wrap(address.getBytes(StandardCharsets.UTF_8));
      return CompletableFuture.completedStage(
          Optional.of(new ShardRows.RowPage(List.of(new ShardRows.StoredRow(0, row)), 1, true)));
    }
  }

  /** A store that finds that the rows from some addresses differ. */
  private final class Store implements ShardRows {
    private final Set<String> differing;

    Store(Set<String> differing) {
      this.differing = differing;
    }

    @Override
    public AppliedShards appliedShards() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<RowPage> rows(ShardRef shard, long from, int maxBytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nextRow(ShardRef shard) {
      return 0;
    }

    @Override
    public void takeRows(ShardRef shard, List<StoredRow> rows) {
      String from = StandardCharsets.UTF_8.decode(rows.getFirst().bytes().duplicate()).toString();
      if (differing.contains(from)) {
        throw new ReplicasDifferException("the rows of " + from + " differ");
      }
      taken.add(from);
    }

    @Override
    public void tookAll(LogPosition at, Set<ShardRef> shards) {
      taken.add("all");
    }
  }

  private void catchUp(Set<String> differing) throws IOException {
    Map<UUID, String> others = new LinkedHashMap<>();
    others.put(FIRST, "first:1");
    others.put(SECOND, "second:1");
    CatchUp.need(folder, 0);
    new CatchUp(
            folder,
            folder.resolve("log"),
            others,
            new Store(differing),
            new Members(),
            System::nanoTime,
            Duration.ofMillis(1))
        .run();
  }

  @Test
  void whereTheRowsOfOneMemberDifferAnotherIsAsked() throws Exception {
    catchUp(Set.of("first:1"));
    assertThat(taken).containsExactly("second:1", "all");
    assertThat(folder.resolve("raft-behind")).doesNotExist();
  }

  @Test
  void whereTheRowsOfAllDifferItSaysSoAndIsBehindStill() {
    assertThatThrownBy(() -> catchUp(Set.of("first:1", "second:1")))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("the rows of second:1 differ");
    assertThat(taken).isEmpty();
    assertThat(folder.resolve("raft-behind")).exists();
  }
}
