// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Which shards a reader may begin: those whose parents it has read to their ends. Thread-safe. */
final class ShardOrder {
  private final Map<String, List<String>> parents = new HashMap<>();
  private final Set<String> begun = new HashSet<>();
  private final Set<String> ended = new HashSet<>();

  /** Begins with all shards of a listing; parents that are not listed have expired. */
  ShardOrder(List<Shard> listed) {
    Set<String> known = new HashSet<>(listed.stream().map(Shard::shardId).toList());
    for (Shard shard : listed) {
      parents.put(shard.shardId(), parentsOf(shard).stream().filter(known::contains).toList());
    }
  }

  /** The parents of a shard that a listing names. */
  static List<String> parentsOf(Shard shard) {
    return Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
        .filter(parent -> parent != null)
        .toList();
  }

  /** Returns the shards that may be begun now. Each is returned once. */
  synchronized List<String> begin() {
    List<String> ready = new ArrayList<>();
    parents.forEach(
        (shard, before) -> {
          if (ended.containsAll(before) && begun.add(shard)) {
            ready.add(shard);
          }
        });
    return ready;
  }

  /** A shard was read to its end, which named its children. */
  synchronized void end(String shard, List<ChildShard> children) {
    ended.add(shard);
    children.forEach(child -> parents.putIfAbsent(child.shardId(), child.parentShards()));
  }
}
