// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.ShardId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A reshard in progress. It is stored in the stream's catalogue entry, so that any process can
 * resume it. It can be abandoned until its parents are sealed; afterwards it must be completed.
 *
 * @param lineage the shards that it closes and creates
 * @param sealed when each closing shard was sealed, epoch seconds; empty until all are
 */
public record Reshard(Lineage lineage, SortedMap<ShardId, Long> sealed) {
  public Reshard {
    sealed = Collections.unmodifiableSortedMap(new TreeMap<>(sealed));
  }

  /** Creates a reshard that has not begun. */
  public static Reshard of(Lineage lineage) {
    return new Reshard(lineage, new TreeMap<>());
  }

  /** Whether every closing shard is sealed. */
  public boolean isSealed() {
    return sealed.keySet().containsAll(lineage.closing());
  }

  /**
   * The second in which the old shape ends: the latest in which a shard was sealed. It is the same
   * for all closing shards, so that at any time every hash key belongs to exactly one shard.
   */
  long lastSecond() {
    return sealed.values().stream().max(Long::compare).orElseThrow();
  }

  /** The new shards, created in the next second; virtual ones are closed in it too. */
  List<ShardDefinition> newShards() {
    long second = lastSecond() + 1;
    List<ShardDefinition> shards = new ArrayList<>();
    for (Lineage.Born born : lineage.born()) {
      Optional<ShardDefinition.Closing> closing =
          born.stays() ? Optional.empty() : Optional.of(new ShardDefinition.Closing(second, true));
      shards.add(new ShardDefinition(born.id(), born.range(), born.parents(), second, closing));
    }
    return shards;
  }
}
