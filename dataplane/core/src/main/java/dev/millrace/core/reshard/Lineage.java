package dev.millrace.core.reshard;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.util.ArrayList;
import java.util.List;

/**
 * The shards that a change of shape brings forth, in the order of their ids: each with one parent
 * (split) or two (merge), as clients expect, and marked whether it is one that stays or only a step
 * between two that are real.
 *
 * @param closing the open shards that the change closes, in the order of their hash keys
 * @param born the new shards, parents before children
 */
public record Lineage(List<ShardId> closing, List<Born> born) {
  public Lineage {
    closing = List.copyOf(closing);
    born = List.copyOf(born);
  }

  /**
   * A new shard.
   *
   * @param stays false for one that is closed at birth
   */
  public record Born(ShardId id, HashKeyRange range, List<ShardId> parents, boolean stays) {
    public Born {
      parents = List.copyOf(parents);
    }
  }

  /** A shard as the builder sees it: one that is open, or one just born. */
  record Piece(ShardId id, HashKeyRange range) {}

  /** Collects births. Serves one thread. */
  static final class Builder {
    private final List<ShardId> closing = new ArrayList<>();
    private final List<Born> born = new ArrayList<>();
    private int nextIndex;

    Builder(int nextIndex) {
      this.nextIndex = nextIndex;
    }

    void close(ShardId shard) {
      closing.add(shard);
    }

    Piece bear(HashKeyRange range, List<ShardId> parents, boolean stays) {
      ShardId id = new ShardId(nextIndex++);
      born.add(new Born(id, range, parents, stays));
      return new Piece(id, range);
    }

    Lineage build() {
      return new Lineage(closing, born);
    }
  }
}
