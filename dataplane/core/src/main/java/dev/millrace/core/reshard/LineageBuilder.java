// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import java.util.ArrayList;
import java.util.List;

/** Collects what a change of shape closes and brings forth. Serves one thread. */
final class LineageBuilder {
  private final List<ShardId> closing = new ArrayList<>();
  private final List<Lineage.Born> born = new ArrayList<>();
  private int nextIndex;

  /** A shard that is open, or one just born. */
  record Piece(ShardId id, HashKeyRange range) {}

  LineageBuilder(int nextIndex) {
    this.nextIndex = nextIndex;
  }

  void close(ShardId shard) {
    closing.add(shard);
  }

  Piece bear(HashKeyRange range, List<ShardId> parents, boolean stays) {
    ShardId id = new ShardId(nextIndex++);
    born.add(new Lineage.Born(id, range, parents, stays));
    return new Piece(id, range);
  }

  Lineage build() {
    return new Lineage(closing, born);
  }
}
