// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.util.List;

/**
 * The shards that a reshard closes and creates. Every new shard has one parent or two, since the
 * API has room for no more; a parent has any number of children, and with two parents a child may
 * take only a part of the keys of each. New shards that are only a step between real ones are
 * virtual.
 *
 * @param closing the open shards that the reshard closes, in the order of their hash keys
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
   * @param stays false for a virtual shard, which is closed when it is created
   */
  public record Born(ShardId id, HashKeyRange range, List<ShardId> parents, boolean stays) {
    public Born {
      parents = List.copyOf(parents);
    }
  }
}
