// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardReader;
import dev.millrace.core.port.ShardStore;
import dev.millrace.core.port.ShardStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The store in RocksDB keeps the contract of all stores. */
class RocksShardStoreContractTest extends ShardStoreContract {
  private static final Halt FAIL =
      (why, cause) -> {
        throw new AssertionError(why, cause);
      };

  @TempDir private Path folder;
  private RocksShardStore store;

  @BeforeEach
  void open() {
    store =
        new RocksShardStore(
            folder.resolve("store"), new StorageSettings(8 << 20, 4 << 20, 1 << 20, 64), FAIL);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected ShardStore store() {
    return store;
  }

  @Override
  protected ShardReader reader() {
    return store;
  }

  @Override
  protected void crash() {
    store.close();
    open();
  }
}
