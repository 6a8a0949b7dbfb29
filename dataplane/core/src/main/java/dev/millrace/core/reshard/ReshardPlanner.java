// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the lineage from one shape to another with as few generations as a reader's order allows,
 * since a reader such as KCL spends a round of lease assignment on each.
 *
 * <p>A shard whose range is in both shapes stays as it is. Any other closes. A new shard that takes
 * its keys from one or two closing shards is their child, without a step between; one that takes
 * from more is joined from virtual shards, two by two. Where a reader might know only one of two
 * parents, each is cut first, which costs one generation more.
 */
public final class ReshardPlanner {
  /**
   * The boundaries of equal ranges are rounded by up to a key a shard, and a stream has fewer than
   * 2^31 shards. Nearer than this, two boundaries are the same one.
   */
  private static final long ROUNDING_KEYS = 1L << 32;

  private ReshardPlanner() {}

  /**
   * The lineage to a shape.
   *
   * @param shape the stream's shards; the open ones cover all hash keys once
   * @param wanted the ranges wanted, in the order of their keys, covering all of them once
   * @return empty when the shape is that already
   */
  public static Optional<Lineage> toShape(StreamShape shape, List<HashKeyRange> wanted) {
    LineageBuilder lineage = new LineageBuilder(new Finding(shape), shape.nextIndex());
    Set<HashKeyRange> present = new HashSet<>();
    Set<HashKeyRange> staying = new HashSet<>(wanted);
    List<ShardDefinition> open = shape.open();
    open.forEach(shard -> present.add(shard.range()));
    staying.retainAll(present);
    if (staying.size() == wanted.size()) {
      return Optional.empty();
    }
    open.stream().filter(shard -> !staying.contains(shard.range())).forEach(lineage::close);
    int from = 0;
    for (HashKeyRange range : wanted) {
      List<ShardDefinition> sources = new ArrayList<>();
      while (sources.isEmpty() || !sources.getLast().range().contains(range.ending())) {
        sources.add(open.get(from++));
      }
      // The next range goes on in the shard in which this one ends.
      from = sources.getLast().range().ending().equals(range.ending()) ? from : from - 1;
      if (!staying.contains(range)) {
        lineage.open(range, sources);
      }
    }
    return Optional.of(lineage.build());
  }

  /**
   * The lineage to so many shards of equal ranges. A boundary that differs by rounding only from
   * one that is there already stays where it is: a shard of a few keys would cost a generation.
   */
  public static Optional<Lineage> toCount(StreamShape shape, int shardCount) {
    if (shape.open().size() == shardCount) {
      return Optional.empty();
    }
    List<HashKey> present = shape.open().stream().map(shard -> shard.range().starting()).toList();
    NavigableSet<HashKey> boundaries = new TreeSet<>();
    int next = 0;
    for (HashKeyRange range : HashKeyRange.uniform(shardCount)) {
      HashKey exact = range.starting();
      while (next < present.size()
          && present.get(next).compareTo(exact) < 0
          && !present.get(next).isWithin(ROUNDING_KEYS, exact)) {
        next++;
      }
      boolean isThere = next < present.size() && present.get(next).isWithin(ROUNDING_KEYS, exact);
      boundaries.add(isThere ? present.get(next) : exact);
    }
    return toShape(shape, HashKeyRange.startingAt(boundaries));
  }

  /** One shard cut in two. */
  public static Lineage split(ShardDefinition shard, HashKey newStartingKey, int nextIndex) {
    List<ShardId> parents = List.of(shard.id());
    HashKeyRange lower = new HashKeyRange(shard.range().starting(), newStartingKey.previous());
    HashKeyRange upper = new HashKeyRange(newStartingKey, shard.range().ending());
    return new Lineage(
        parents,
        List.of(
            new Lineage.Born(new ShardId(nextIndex), lower, parents, true),
            new Lineage.Born(new ShardId(nextIndex + 1), upper, parents, true)));
  }

  /** Two neighbours made one; {@code first} is named as the parent, the other as its neighbour. */
  public static Lineage merge(ShardDefinition first, ShardDefinition other, int nextIndex) {
    boolean inOrder = first.range().starting().compareTo(other.range().starting()) < 0;
    ShardDefinition lower = inOrder ? first : other;
    ShardDefinition upper = inOrder ? other : first;
    HashKeyRange range = new HashKeyRange(lower.range().starting(), upper.range().ending());
    List<ShardId> parents = List.of(first.id(), other.id());
    return new Lineage(
        parents, List.of(new Lineage.Born(new ShardId(nextIndex), range, parents, true)));
  }
}
