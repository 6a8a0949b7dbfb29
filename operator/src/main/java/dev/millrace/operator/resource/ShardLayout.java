// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.core.shard.ShardId;
import dev.millrace.crds.ShardSpec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The shards of a stream, existing ones and those still to be created.
 *
 * @param shards in the order of their ids
 */
public record ShardLayout(List<ShardSpec> shards) {
  public ShardLayout {
    shards = List.copyOf(shards);
  }

  /** The generation of the initial shards. */
  public static final long FIRST_GENERATION = 1L;

  private static final BigInteger KEYS = BigInteger.ONE.shiftLeft(128);

  /**
   * The layout of a stream. Existing Shards decide. While only the initial ones are published, the
   * missing ones of these are added: their creation was interrupted.
   *
   * @param initialCount number of shards that the stream began with
   * @param existing the Shards that exist, those of a reshard in progress included
   * @param generation the published one
   * @param children the shards that a reshard in progress creates
   */
  public static ShardLayout of(
      DesiredStream desired,
      int initialCount,
      Collection<ShardSpec> existing,
      long generation,
      List<ShardSpec> children) {
    Map<String, ShardSpec> shards = new TreeMap<>();
    if (generation == FIRST_GENERATION) {
      desired.initialShards(initialCount).forEach(shard -> shards.put(shard.shardId(), shard));
    }
    children.forEach(shard -> shards.put(shard.shardId(), shard));
    existing.forEach(shard -> shards.put(shard.shardId(), shard));
    return new ShardLayout(List.copyOf(shards.values()));
  }

  /**
   * How many shards the stream began with: any initial Shard tells, since their ranges are equal.
   * Empty if there is none.
   */
  public static Optional<Integer> initialCount(Collection<ShardSpec> existing) {
    return existing.stream()
        .filter(shard -> shard.parentShardIds() == null)
        .findFirst()
        .map(ShardLayout::initialCount);
  }

  private static int initialCount(ShardSpec shard) {
    int index = ShardId.parse(shard.shardId()).orElseThrow().index();
    BigInteger keysOfEach =
        index == 0
            ? new BigInteger(shard.endingHashKey()).add(BigInteger.ONE)
            : new BigInteger(shard.startingHashKey()).divide(BigInteger.valueOf(index));
    return KEYS.divide(keysOfEach).intValueExact();
  }

  /** The shards of each shard set, both in order; virtual shards have none. */
  public SequencedMap<String, List<ShardSpec>> shardSets() {
    return by(shard -> Optional.ofNullable(shard.shardSet()));
  }

  /** The shards of each Raft group, both in order; virtual shards have none. */
  public SequencedMap<GroupName, List<ShardSpec>> groups() {
    return by(GroupName::of);
  }

  private <K> SequencedMap<K, List<ShardSpec>> by(Function<ShardSpec, Optional<K>> host) {
    SequencedMap<K, List<ShardSpec>> hosted = new LinkedHashMap<>();
    for (ShardSpec shard : shards) {
      host.apply(shard)
          .ifPresent(key -> hosted.computeIfAbsent(key, first -> new ArrayList<>()).add(shard));
    }
    return hosted;
  }

  /**
   * How many Raft groups each shard set has.
   *
   * @param shards each tells how many its set has, also those of groups whose shards are all gone
   */
  public static Map<String, Integer> groupCounts(Collection<ShardSpec> shards) {
    Map<String, Integer> counts = new HashMap<>();
    for (ShardSpec shard : shards) {
      if (shard.shardSet() != null) {
        counts.merge(shard.shardSet(), Optional.ofNullable(shard.groups()).orElse(1), Math::max);
      }
    }
    return counts;
  }

  /** The objects that the stream needs, in the order of their creation. */
  public List<ObjectKey> keys(DesiredStream stream) {
    ResourceNames names = stream.names();
    List<ObjectKey> keys = new ArrayList<>();
    keys.add(new ObjectKey(ObjectKey.SERVICE, names.base()));
    keys.add(names.endpointKey());
    keys.add(names.rpcSecretKey());
    if (stream.isReplicated()) {
      keys.add(names.raftSecretKey());
    }
    shards.stream()
        .filter(shard -> shard.shardSet() == null)
        .forEach(shard -> keys.add(key(shard, names)));
    shardSets()
        .forEach(
            (set, hosted) -> {
              hosted.forEach(shard -> keys.add(key(shard, names)));
              keys.addAll(ResourceNames.volumeClaimKeys(set, stream.replicas()));
              if (stream.isReplicated()) {
                keys.add(new ObjectKey(ObjectKey.DISRUPTION_BUDGET, set));
              }
              keys.add(new ObjectKey(ObjectKey.STATEFUL_SET, set));
            });
    return keys;
  }

  private static ObjectKey key(ShardSpec shard, ResourceNames names) {
    return new ObjectKey(ObjectKey.SHARD, names.shard(shard.shardId()));
  }
}
