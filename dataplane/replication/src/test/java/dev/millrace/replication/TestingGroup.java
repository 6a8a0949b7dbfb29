// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** Starts groups whose ids nobody asks for. */
final class TestingGroup {
  private TestingGroup() {}

  static RaftGroupHost start(Path dataFolder, RaftBounds bounds, ShardStore store, Halt halt)
      throws IOException {
    return RaftGroupHost.start(
        dataFolder,
        members -> bounds,
        store,
        halt,
        UUID.randomUUID(),
        RaftPeering.alone(UUID.randomUUID()));
  }
}
