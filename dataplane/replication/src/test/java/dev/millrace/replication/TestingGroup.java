// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

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
    return new RaftPeering(RaftMembers.alone(UUID.randomUUID()), nobody, Optional.empty());
  }
}
