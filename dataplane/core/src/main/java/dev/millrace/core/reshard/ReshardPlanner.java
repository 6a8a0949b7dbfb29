// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import dev.millrace.core.reshard.LineageBuilder.Piece;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.ShardDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the lineage from one shape to another. A shard whose range is in both shapes stays as it
 * is. Any other is cut at the wanted boundaries that lie inside it, in halves, then in halves
 * again, so that chains stay short; what lies in one wanted range is then merged, neighbours first.
 * Shards between the first cut and the last merge are virtual.
 */
public final class ReshardPlanner {
  private ReshardPlanner() {}

  /**
   * The lineage to a shape.
   *
   * @param open the open shards, which cover all hash keys once
   * @param wanted the ranges wanted, in the order of their keys, covering all of them once
   * @param nextIndex the index that the next shard of the stream gets
   * @return empty when the shape is that already
   */
  public static Optional<Lineage> toShape(
      List<ShardDefinition> open, List<HashKeyRange> wanted, int nextIndex) {
    LineageBuilder lineage = new LineageBuilder(nextIndex);
    List<ShardDefinition> ordered =
        open.stream().sorted(Comparator.comparing(shard -> shard.range().starting())).toList();
    Set<HashKeyRange> staying = Set.copyOf(wanted);
    NavigableSet<HashKey> boundaries = new TreeSet<>();
    wanted.forEach(range -> boundaries.add(range.starting()));
    List<Piece> pieces = new ArrayList<>();
    for (ShardDefinition shard : ordered) {
      if (staying.contains(shard.range())) {
        continue;
      }
      lineage.close(shard.id());
      Piece whole = new Piece(shard.id(), shard.range());
      List<HashKey> cuts =
          List.copyOf(
              boundaries.subSet(shard.range().starting(), false, shard.range().ending(), true));
      cut(whole, cuts, staying, lineage, pieces);
    }
    // Pieces are in the order of their keys, so those of one wanted range lie together.
    int next = 0;
    while (next < pieces.size()) {
      HashKey boundary = boundaries.floor(pieces.get(next).range().starting());
      int from = next;
      while (next < pieces.size()
          && boundary.equals(boundaries.floor(pieces.get(next).range().starting()))) {
        next++;
      }
      merge(pieces.subList(from, next), lineage);
    }
    Lineage found = lineage.build();
    return found.closing().isEmpty() ? Optional.empty() : Optional.of(found);
  }

  /** A uniform shape of so many shards. */
  public static Optional<Lineage> toCount(
      List<ShardDefinition> open, int shardCount, int nextIndex) {
    return open.size() == shardCount
        ? Optional.empty()
        : toShape(open, HashKeyRange.uniform(shardCount), nextIndex);
  }

  /** One shard cut in two. */
  public static Lineage split(ShardDefinition shard, HashKey newStartingKey, int nextIndex) {
    LineageBuilder lineage = new LineageBuilder(nextIndex);
    lineage.close(shard.id());
    List<ShardId> parents = List.of(shard.id());
    lineage.bear(
        new HashKeyRange(shard.range().starting(), newStartingKey.previous()), parents, true);
    lineage.bear(new HashKeyRange(newStartingKey, shard.range().ending()), parents, true);
    return lineage.build();
  }

  /** Two neighbours made one; {@code first} is named as the parent, the other as its neighbour. */
  public static Lineage merge(ShardDefinition first, ShardDefinition other, int nextIndex) {
    LineageBuilder lineage = new LineageBuilder(nextIndex);
    lineage.close(first.id());
    lineage.close(other.id());
    boolean inOrder = first.range().starting().compareTo(other.range().starting()) < 0;
    ShardDefinition lower = inOrder ? first : other;
    ShardDefinition upper = inOrder ? other : first;
    lineage.bear(
        new HashKeyRange(lower.range().starting(), upper.range().ending()),
        List.of(first.id(), other.id()),
        true);
    return lineage.build();
  }

  private static void cut(
      Piece piece,
      List<HashKey> cuts,
      Set<HashKeyRange> staying,
      LineageBuilder lineage,
      List<Piece> pieces) {
    if (cuts.isEmpty()) {
      pieces.add(piece);
      return;
    }
    int middle = cuts.size() / 2;
    HashKey at = cuts.get(middle);
    HashKeyRange lower = new HashKeyRange(piece.range().starting(), at.previous());
    HashKeyRange upper = new HashKeyRange(at, piece.range().ending());
    List<ShardId> parents = List.of(piece.id());
    Piece below = lineage.bear(lower, parents, staying.contains(lower));
    Piece above = lineage.bear(upper, parents, staying.contains(upper));
    cut(below, cuts.subList(0, middle), staying, lineage, pieces);
    cut(above, cuts.subList(middle + 1, cuts.size()), staying, lineage, pieces);
  }

  /** Merges neighbours two by two until one is left, which is what was wanted. */
  private static void merge(List<Piece> inside, LineageBuilder lineage) {
    List<Piece> row = inside;
    while (row.size() > 1) {
      List<Piece> next = new ArrayList<>();
      for (int i = 0; i + 1 < row.size(); i += 2) {
        Piece lower = row.get(i);
        Piece upper = row.get(i + 1);
        next.add(
            lineage.bear(
                new HashKeyRange(lower.range().starting(), upper.range().ending()),
                List.of(lower.id(), upper.id()),
                row.size() == 2));
      }
      if (row.size() % 2 == 1) {
        next.add(row.getLast());
      }
      row = next;
    }
  }
}
