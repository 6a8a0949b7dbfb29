// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

/** The in-memory store fulfils the contract, so tests that use it apply to the real one. */
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
