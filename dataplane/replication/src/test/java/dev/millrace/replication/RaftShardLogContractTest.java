// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.ShardLogContract;
import dev.millrace.core.port.ShardReader;
import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The log of a real group keeps the contract of all logs. */
class RaftShardLogContractTest extends ShardLogContract {
  @TempDir private Path folder;
  private final TestingShardStore store = new TestingShardStore();
  private RaftGroupHost group;

  @BeforeEach
  void start() throws IOException {
    group = TestingGroup.start(folder, TestingBounds.small(), store, new TestingHalt());
  }

  @Override
  protected ShardLog log() {
    return group.log();
  }

  @Override
  protected ShardReader reader() {
    return store;
  }

  @Override
  @AfterEach
  protected void close() {
    try {
      group.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
