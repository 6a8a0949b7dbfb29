// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamShape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a reader knows of a stream's shards. It begins with all shards that live at one moment, and
 * finds another when it has read one of its parents to the end. A reader that lags may thus have
 * finished a shard without knowing its neighbour, and KCL does not wait for a parent that it does
 * not know. For use by one thread.
 */
final class Finding {
  private final StreamShape shape;
  private final Map<ShardId, Set<ShardId>> ancestors = new HashMap<>();

  Finding(StreamShape shape) {
    this.shape = shape;
  }

  /**
   * Whether every reader that has finished a shard has found the other: either it has had to finish
   * a parent of the other first, or the other has no parent any more through which to find it.
   */
  boolean isCertain(ShardDefinition finished, ShardDefinition other) {
    List<ShardId> ways = listedParents(other);
    return ways.isEmpty()
        || ways.stream()
            .anyMatch(ancestors.computeIfAbsent(finished.id(), this::ancestorsOf)::contains);
  }

  private Set<ShardId> ancestorsOf(ShardId shard) {
    Set<ShardId> found = new HashSet<>();
    Deque<ShardId> ahead = new ArrayDeque<>(List.of(shard));
    while (!ahead.isEmpty()) {
      shape.find(ahead.remove()).map(this::listedParents).orElse(List.of()).stream()
          .filter(found::add)
          .forEach(ahead::add);
    }
    return found;
  }

  private List<ShardId> listedParents(ShardDefinition shard) {
    return shard.parents().stream().filter(parent -> shape.find(parent).isPresent()).toList();
  }
}
