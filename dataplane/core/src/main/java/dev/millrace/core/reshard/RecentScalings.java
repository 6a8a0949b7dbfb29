// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts changes of the number of shards by the shards that they left. Pure. */
public final class RecentScalings {
  private static final long PERIOD_SECONDS = Duration.ofDays(1).toSeconds();

  private RecentScalings() {}

  /**
   * The number of reshards in the last 24 hours. One split of one shard and one merge of two are
   * not counted, since SplitShard and MergeShards are not limited and look the same afterwards.
   * Shards are listed for a retention period, which is 24 hours or longer, so none is missed.
   *
   * @param stream whose reshards give all of their new shards the same creation second
   * @param nowSecond epoch seconds
   */
  public static int count(StreamDefinition stream, long nowSecond) {
    Map<Long, List<ShardDefinition>> reshards = new HashMap<>();
    for (ShardDefinition shard : stream.shards()) {
      if (!shard.parents().isEmpty() && shard.creationSecond() > nowSecond - PERIOD_SECONDS) {
        reshards.computeIfAbsent(shard.creationSecond(), second -> new ArrayList<>()).add(shard);
      }
    }
    return Math.toIntExact(reshards.values().stream().filter(RecentScalings::isScaling).count());
  }

  private static boolean isScaling(List<ShardDefinition> children) {
    Set<Object> parents = new HashSet<>();
    children.forEach(child -> parents.addAll(child.parents()));
    boolean isSplit = parents.size() == 1 && children.size() == 2;
    boolean isMerge = parents.size() == 2 && children.size() == 1;
    return !isSplit && !isMerge;
  }
}
