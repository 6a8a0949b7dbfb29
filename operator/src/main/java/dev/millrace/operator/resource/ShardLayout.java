// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.crds.ShardSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The shards of a stream, existing ones and those still to be created.
 *
 * @param shards in the order of their ids
 */
public record ShardLayout(List<ShardSpec> shards) {
  public ShardLayout {
    shards = List.copyOf(shards);
  }

  /**
   * The layout of a stream. Existing Shards decide. If all of them belong to the initial layout,
   * the missing ones of that layout are added: their creation was interrupted.
   */
  public static ShardLayout of(DesiredStream desired, Collection<ShardSpec> existing) {
    Map<String, ShardSpec> first =
        desired.initialShards().stream()
            .collect(Collectors.toMap(ShardSpec::shardId, Function.identity()));
    Map<String, ShardSpec> shards = new TreeMap<>();
    if (existing.stream().allMatch(shard -> isSame(shard, first.get(shard.shardId())))) {
      shards.putAll(first);
    }
    existing.forEach(shard -> shards.put(shard.shardId(), shard));
    return new ShardLayout(List.copyOf(shards.values()));
  }

  private static boolean isSame(ShardSpec shard, @Nullable ShardSpec first) {
    return first != null
        && shard.startingHashKey().equals(first.startingHashKey())
        && shard.endingHashKey().equals(first.endingHashKey());
  }

  /** The shards of each shard set, both in order. */
  public SequencedMap<String, List<ShardSpec>> shardSets() {
    SequencedMap<String, List<ShardSpec>> sets = new LinkedHashMap<>();
    for (ShardSpec shard : shards) {
      sets.computeIfAbsent(shard.shardSet(), set -> new ArrayList<>()).add(shard);
    }
    return sets;
  }

  /** The objects that the stream needs, in the order of their creation. */
  public List<ObjectKey> keys(ResourceNames names) {
    List<ObjectKey> keys = new ArrayList<>();
    keys.add(new ObjectKey(ObjectKey.SERVICE, names.base()));
    shardSets()
        .forEach(
            (set, hosted) -> {
              hosted.forEach(
                  shard -> keys.add(new ObjectKey(ObjectKey.SHARD, names.shard(shard.shardId()))));
              keys.add(new ObjectKey(ObjectKey.STATEFUL_SET, set));
            });
    return keys;
  }
}
