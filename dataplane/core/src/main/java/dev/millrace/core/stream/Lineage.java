// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
   * The parts that do not depend on each other: shards of different parts have no parents in
   * common, directly or through others. Each part can be carried out by itself.
   */
  public List<Lineage> parts() {
    Map<ShardId, ShardId> group = new HashMap<>();
    for (Born child : born) {
      ShardId root = root(group, child.id());
      child.parents().forEach(parent -> group.put(root(group, parent), root));
    }
    Map<ShardId, List<ShardId>> closingOf = new LinkedHashMap<>();
    Map<ShardId, List<Born>> bornOf = new LinkedHashMap<>();
    closing.forEach(
        id -> closingOf.computeIfAbsent(root(group, id), root -> new ArrayList<>()).add(id));
    born.forEach(
        child ->
            bornOf.computeIfAbsent(root(group, child.id()), root -> new ArrayList<>()).add(child));
    return closingOf.entrySet().stream()
        .map(part -> new Lineage(part.getValue(), bornOf.getOrDefault(part.getKey(), List.of())))
        .toList();
  }

  private static ShardId root(Map<ShardId, ShardId> group, ShardId id) {
    ShardId at = id;
    for (ShardId up = group.get(at); up != null && !up.equals(at); up = group.get(at)) {
      at = up;
    }
    return at;
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
