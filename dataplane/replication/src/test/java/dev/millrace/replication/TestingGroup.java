// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardRows.AppliedShards;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.port.ShardStore;
import dev.millrace.core.stream.ShardRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Starts groups whose ids nobody asks for. */
final class TestingGroup {
  private TestingGroup() {}

  static RaftGroupHost start(Path dataFolder, RaftBounds bounds, ShardStore store, Halt halt)
      throws IOException {
    return RaftGroupHost.start(
        dataFolder, members -> bounds, store, halt, UUID.randomUUID(), alone());
  }

  private static RaftPeering alone() {
    PeerTerms nobody =
        (member, address) ->
            CompletableFuture.failedStage(new IllegalStateException("there are no others"));
    return new RaftPeering(
        "127.0.0.1",
        RaftMembers.alone(UUID.randomUUID()),
        false,
        nobody,
        new NobodysRows(),
        () -> FeatureLevel.NEWEST,
        System::nanoTime,
        Optional.empty());
  }

  /** There are no others. */
  private record NobodysRows() implements PeerRows {
    @Override
    public CompletionStage<AppliedShards> applied(UUID member, String address) {
      return CompletableFuture.failedStage(new IllegalStateException("there are no others"));
    }

    @Override
    public CompletionStage<ByteBuffer> configuration(UUID member, String address) {
      return CompletableFuture.failedStage(new IllegalStateException("there are no others"));
    }

    @Override
    public CompletionStage<Optional<RowPage>> rows(
        UUID member, String address, ShardRef shard, long from, int maxBytes) {
      return CompletableFuture.failedStage(new IllegalStateException("there are no others"));
    }
  }
}
