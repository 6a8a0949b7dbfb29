// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader;

import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.ShardLogContract;
import dev.millrace.core.port.ShardReader;

/** The log that the tests of this module use keeps the promises of the real one. */
class TestingShardsTest extends ShardLogContract {
  private final TestingShards shards = new TestingShards();

  @Override
  protected ShardLog log() {
    return shards;
  }

  @Override
  protected ShardReader reader() {
    return shards.reader();
  }

  @Override
  protected void close() {
    shards.stopAfter(0);
  }
}
