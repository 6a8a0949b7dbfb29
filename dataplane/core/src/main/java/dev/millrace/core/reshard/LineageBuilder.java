// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.ShardDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the shards that a change of shape closes and those that are born, parents before
 * children. For use by one thread.
 */
final class LineageBuilder {
  private final Finding finding;
  private final List<ShardId> closing = new ArrayList<>();
  private final List<Lineage.Born> born = new ArrayList<>();
  private int nextIndex;

  /** All of a shard that was just born, or what a wanted range takes of an open one. */
  private record Piece(ShardId id, HashKeyRange range) {}

  LineageBuilder(Finding finding, int nextIndex) {
    this.finding = finding;
    this.nextIndex = nextIndex;
  }

  void close(ShardDefinition shard) {
    closing.add(shard.id());
  }

  /**
   * Adds a shard that stays open.
   *
   * @param range its hash keys
   * @param sources the closing shards that have had these keys, in the order of their keys
   */
  void open(HashKeyRange range, List<ShardDefinition> sources) {
    if (sources.size() == 1) {
      bear(range, List.of(sources.getFirst().id()), true);
      return;
    }
    List<Piece> row = firstGeneration(range, sources);
    while (row.size() > 1) {
      List<Piece> next = new ArrayList<>();
      for (int i = 0; i + 1 < row.size(); i += 2) {
        next.add(join(row.get(i), row.get(i + 1), row.size() == 2));
      }
      if (row.size() % 2 == 1) {
        next.add(row.getLast());
      }
      row = next;
    }
  }

  Lineage build() {
    return new Lineage(closing, born);
  }

  /**
   * Joins neighbours wherever a reader keeps their order. What is left over is cut off, or, if all
   * of it is wanted, stays as it is for the next generation.
   */
  private List<Piece> firstGeneration(HashKeyRange range, List<ShardDefinition> sources) {
    List<Piece> row = new ArrayList<>();
    int next = 0;
    while (next < sources.size()) {
      ShardDefinition source = sources.get(next++);
      Piece piece = new Piece(source.id(), common(source.range(), range));
      if (next < sources.size() && joinable(source, sources.get(next), range)) {
        ShardDefinition other = sources.get(next++);
        Piece otherPiece = new Piece(other.id(), common(other.range(), range));
        row.add(join(piece, otherPiece, sources.size() == 2));
      } else if (range.containsAll(source.range())) {
        row.add(piece);
      } else {
        row.add(bear(piece.range(), List.of(source.id()), false));
      }
    }
    return row;
  }

  /**
   * Whether two closing shards can have a child together. If the child is the only one of each, it
   * is a merge. A shard of which only a part is wanted has other children too, and its end may be
   * followed by a reader without a look at the other parent, which therefore must be known to it.
   */
  private boolean joinable(ShardDefinition lower, ShardDefinition upper, HashKeyRange range) {
    return (range.containsAll(lower.range()) || finding.isCertain(lower, upper))
        && (range.containsAll(upper.range()) || finding.isCertain(upper, lower));
  }

  private Piece join(Piece lower, Piece upper, boolean stays) {
    return bear(
        new HashKeyRange(lower.range().starting(), upper.range().ending()),
        List.of(lower.id(), upper.id()),
        stays);
  }

  private Piece bear(HashKeyRange range, List<ShardId> parents, boolean stays) {
    ShardId id = new ShardId(nextIndex++);
    born.add(new Lineage.Born(id, range, parents, stays));
    return new Piece(id, range);
  }

  private static HashKeyRange common(HashKeyRange one, HashKeyRange other) {
    HashKey starting = one.contains(other.starting()) ? other.starting() : one.starting();
    HashKey ending = one.contains(other.ending()) ? other.ending() : one.ending();
    return new HashKeyRange(starting, ending);
  }
}
