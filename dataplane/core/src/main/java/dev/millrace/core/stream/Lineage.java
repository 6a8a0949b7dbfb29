// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.util.List;

/**
 * The shards that a change of shape brings forth, in the order of their ids: each with one parent
 * (split) or two (merge), as clients expect, and marked whether it is one that stays or only a step
 * between two that are real.
 *
 * @param closing the open shards that the change closes, in the order of their hash keys
 * @param born the new shards, parents before children
 */
public record Lineage(List<ShardId> closing, List<Born> born) {
  public Lineage {
    closing = List.copyOf(closing);
    born = List.copyOf(born);
  }

  /**
   * A new shard.
   *
   * @param stays false for one that is closed at birth
   */
  public record Born(ShardId id, HashKeyRange range, List<ShardId> parents, boolean stays) {
    public Born {
      parents = List.copyOf(parents);
    }
  }
}
