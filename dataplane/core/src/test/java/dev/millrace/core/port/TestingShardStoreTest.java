// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

/** The store in memory keeps the contract, so what is tested with it holds for the real one. */
class TestingShardStoreTest extends ShardStoreContract {
  private TestingShardStore store = new TestingShardStore();

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
    store = store.crash();
  }
}
