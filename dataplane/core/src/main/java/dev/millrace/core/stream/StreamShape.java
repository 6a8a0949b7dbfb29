// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.ShardId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shards of a stream, which finds the open shard of a hash key. Immutable.
 *
 * <p>The open shards cover every hash key exactly once, except while a gateway has seen only some
 * of a stream's objects.
 */
public final class StreamShape {
  private final List<ShardDefinition> all;
  private final ShardDefinition[] open;
  private final int nextIndex;

  /**
   * @param all all listed shards, in the order of their ids
   * @param nextIndex the index of the next new shard; indexes are never reused
   */
  public StreamShape(List<ShardDefinition> all, int nextIndex) {
    this.all = List.copyOf(all);
    this.open =
        all.stream()
            .filter(ShardDefinition::isOpen)
            .sorted(Comparator.comparing(shard -> shard.range().starting()))
            .toArray(ShardDefinition[]::new);
    this.nextIndex = nextIndex;
  }

  /** Every shard that is listed, in the order of their ids. */
  public List<ShardDefinition> all() {
    return all;
  }

  /** The open shards, in the order of their hash keys. */
  public List<ShardDefinition> open() {
    return List.of(open);
  }

  /** Whether the open shards cover every hash key exactly once. */
  public boolean coversAllKeys() {
    if (open.length == 0
        || !open[0].range().starting().equals(HashKey.MIN)
        || !open[open.length - 1].range().ending().equals(HashKey.MAX)) {
      return false;
    }
    for (int i = 1; i < open.length; i++) {
      if (!open[i - 1].range().isAdjacentTo(open[i].range())) {
        return false;
      }
    }
    return true;
  }

  /** The index of the next new shard. */
  public int nextIndex() {
    return nextIndex;
  }

  /** Finds a shard by its id. */
  public Optional<ShardDefinition> find(ShardId id) {
    // A binary search: the list is ordered by id.
    int low = 0;
    int high = all.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = all.get(middle).id().compareTo(id);
      if (order == 0) {
        return Optional.of(all.get(middle));
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  /** The children of a shard. */
  public List<ShardDefinition> children(ShardId parent) {
    return all.stream().filter(shard -> shard.parents().contains(parent)).toList();
  }

  /**
   * The open shard that a hash key belongs to.
   *
   * @throws IllegalStateException when no open shard covers the key
   */
  public ShardDefinition shardOf(HashKey key) {
    int low = 0;
    int high = open.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (open[middle].range().ending().compareTo(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (high < 0 || !open[low].range().contains(key)) {
      throw new IllegalStateException("no open shard covers hash key " + key);
    }
    return open[low];
  }

  /**
   * The shape as it was when the next index was {@code earlierNextIndex}: without the shards
   * created since, and with their parents open. Shards that have expired since remain absent.
   */
  public StreamShape asOf(int earlierNextIndex) {
    if (earlierNextIndex >= nextIndex) {
      return this;
    }
    Set<ShardId> closedSince = new HashSet<>();
    for (ShardDefinition shard : all) {
      if (shard.id().index() >= earlierNextIndex) {
        closedSince.addAll(shard.parents());
      }
    }
    List<ShardDefinition> earlier = new ArrayList<>();
    for (ShardDefinition shard : all) {
      if (shard.id().index() < earlierNextIndex) {
        earlier.add(closedSince.contains(shard.id()) ? shard.reopened() : shard);
      }
    }
    return new StreamShape(earlier, earlierNextIndex);
  }

  /** The shape after a reshard: the sealed shards are closed and the new ones added. */
  StreamShape after(Reshard reshard) {
    List<ShardDefinition> after = new ArrayList<>();
    for (ShardDefinition shard : all) {
      boolean closes = reshard.sealed().containsKey(shard.id());
      after.add(closes ? shard.closed(reshard.lastSecond()) : shard);
    }
    List<ShardDefinition> added = reshard.newShards();
    after.addAll(added);
    return new StreamShape(after, nextIndex + added.size());
  }

  StreamShape withoutShardsClosedBefore(long epochSecond) {
    return new StreamShape(
        all.stream()
            .filter(shard -> shard.closing().map(end -> end.second() >= epochSecond).orElse(true))
            .toList(),
        nextIndex);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StreamShape that && all.equals(that.all) && nextIndex == that.nextIndex;
  }

  @Override
  public int hashCode() {
    return Objects.hash(all, nextIndex);
  }

  @Override
  public String toString() {
    return all + ", next " + nextIndex;
  }
}
