// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.util.List;

/**
 * The shards that a change of shape brings forth, in the order of their ids. Each has one parent or
 * two, since the API has room for no more, and is marked whether it stays or is only a step between
 * shards that are real. A parent has any number of children; with two parents a child may take only
 * a part of the keys of each.
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
