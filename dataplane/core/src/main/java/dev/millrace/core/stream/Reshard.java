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
 * A change of a stream's shape that is under way; it stands in the stream's entry, so whoever takes
 * it up goes on from where it is. Before the shards that it closes are sealed it could be given up,
 * afterwards it only goes forward.
 *
 * @param lineage what closes and what is born
 * @param sealed when each closing shard was closed, epoch seconds; empty until all are
 */
public record Reshard(Lineage lineage, SortedMap<ShardId, Long> sealed) {
  public Reshard {
    sealed = Collections.unmodifiableSortedMap(new TreeMap<>(sealed));
  }

  /** A change that has not begun. */
  public static Reshard of(Lineage lineage) {
    return new Reshard(lineage, new TreeMap<>());
  }

  /** Whether every closing shard is sealed. */
  public boolean isSealed() {
    return sealed.keySet().containsAll(lineage.closing());
  }

  /**
   * The second in which the old shape ends, for all of the stream at once, so that of the shards of
   * any time every hash key has one. It is the last in which any of them was sealed.
   */
  long lastSecond() {
    return sealed.values().stream().max(Long::compare).orElseThrow();
  }

  /** The new shards: open from the next second on, or, virtual ones, closed as soon as born. */
  List<ShardDefinition> born() {
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
