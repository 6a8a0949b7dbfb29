// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shards that a cluster has published: those that were born in one generation of a stream's set
 * of shards or before. The operator computes them from the objects that it writes, and every front
 * from those that it sees; the digest tells a front that it has seen all of them.
 *
 * @param shards by their ids
 */
public record PublishedShards(SortedMap<ShardId, BornShard> shards) {
  private static final int DIGEST_BYTES = 8;

  /**
   * A shard as its object has it.
   *
   * @param bornIn generation of the set of shards in which it was born, from 1
   * @param virtual whether it was never open
   * @param creationSecond epoch seconds; empty until its parents are sealed
   */
  public record BornShard(
      ShardId id,
      HashKeyRange range,
      List<ShardId> parents,
      long bornIn,
      boolean virtual,
      Optional<Long> creationSecond) {
    public BornShard {
      parents = List.copyOf(parents);
    }

    /** The same shard, created in a second. */
    public BornShard at(long second) {
      return new BornShard(id, range, parents, bornIn, virtual, Optional.of(second));
    }
  }

  public PublishedShards {
    shards = Collections.unmodifiableSortedMap(new TreeMap<>(shards));
  }

  /**
   * The shards of a generation.
   *
   * @param all shards of the stream, those of later generations included
   */
  public static PublishedShards of(Collection<BornShard> all, long generation) {
    SortedMap<ShardId, BornShard> published = new TreeMap<>();
    all.stream()
        .filter(shard -> shard.bornIn() <= generation)
        .forEach(shard -> published.put(shard.id(), shard));
    return new PublishedShards(published);
  }

  /** Whether the creation second of every shard is known, without which there is no shape. */
  public boolean isComplete() {
    return shards.values().stream().allMatch(shard -> shard.creationSecond().isPresent());
  }

  /** Sixteen hexadecimal digits that differ for different sets of shards. */
  public String digest() {
    StringBuilder text = new StringBuilder();
    for (BornShard shard : shards.values()) {
      text.append(shard.id().index())
          .append('@')
          .append(shard.creationSecond().map(String::valueOf).orElse("-"))
          .append('\n');
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The shape of the stream. A shard that has children is closed, and was so in the second before
   * they were created.
   *
   * @throws java.util.NoSuchElementException if they are not {@link #isComplete}
   */
  public StreamShape shape() {
    Map<ShardId, Long> childrenSince = new HashMap<>();
    for (BornShard shard : shards.values()) {
      for (ShardId parent : shard.parents()) {
        childrenSince.merge(parent, shard.creationSecond().orElseThrow(), Math::min);
      }
    }
    List<ShardDefinition> definitions = new ArrayList<>(shards.size());
    for (BornShard shard : shards.values()) {
      long second = shard.creationSecond().orElseThrow();
      Optional<ShardDefinition.Closing> closing =
          shard.virtual()
              ? Optional.of(new ShardDefinition.Closing(second, true))
              : Optional.ofNullable(childrenSince.get(shard.id()))
                  .map(born -> new ShardDefinition.Closing(born - 1, false));
      definitions.add(
          new ShardDefinition(shard.id(), shard.range(), shard.parents(), second, closing));
    }
    int nextIndex = shards.isEmpty() ? 0 : shards.lastKey().index() + 1;
    return new StreamShape(definitions, nextIndex);
  }
}
