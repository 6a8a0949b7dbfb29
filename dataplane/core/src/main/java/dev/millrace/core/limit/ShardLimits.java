// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

import dev.millrace.core.stream.ShardRef;

/** Limits the throughput of each shard. Callable from any thread. */
public interface ShardLimits {
  /** Whether a record of this size may be written now; counts it if so. */
  boolean admitWrite(ShardRef shard, long bytes);

  /** Whether a GetRecords call may read the shard now; counts the call if so. */
  boolean admitRead(ShardRef shard);

  /** Counts the bytes that a GetRecords call returned. */
  void read(ShardRef shard, long bytes);

  /** Removes the counts of a dropped shard. */
  void forget(ShardRef shard);

  /** No limits. */
  ShardLimits NONE =
      new ShardLimits() {
        @Override
        public boolean admitWrite(ShardRef shard, long bytes) {
          return true;
        }

        @Override
        public boolean admitRead(ShardRef shard) {
          return true;
        }

        @Override
        public void read(ShardRef shard, long bytes) {}

        @Override
        public void forget(ShardRef shard) {}
      };
}
