// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A stream that two groups of three processes host, and whose shards are changed again and again,
 * from two to three and back. Each change closes all open shards: their leaders are in both groups,
 * and so are those of the new ones, so that both groups always take records.
 */
final class ReshardedStream implements AutoCloseable {
  private static final int GROUPS = 2;

  /** New boundaries are in the middle half of old ranges, so that no range gets small. */
  private static final int PARTS = 1 << 16;

  private final List<ReplicaGroup> groups;
  private volatile GroupStream published;

  private ReshardedStream(List<ReplicaGroup> groups, GroupStream stream) {
    this.groups = groups;
    this.published = stream;
  }

  /** Starts the groups; the stream has two shards, one in each. */
  static ReshardedStream start(Path folder, List<String> consumers) throws IOException {
    GroupStream stream =
        GroupStream.of(
            ReplicaGroup.STREAM,
            ReplicaGroup.STREAM_ID,
            GROUPS,
            List.of(MemberLinks.set(0), MemberLinks.set(1)),
            consumers);
    return new ReshardedStream(ReplicaGroup.start(folder, GROUPS, stream), stream);
  }

  List<ReplicaGroup> groups() {
    return groups;
  }

  /** The stream as it was published last. */
  GroupStream published() {
    return published;
  }

  /** Whether a group hosts a shard that is published. */
  boolean isHosted(String shardId, ReplicaGroup by) {
    return published.shards().stream()
        .anyMatch(shard -> shard.id().equals(shardId) && shard.set().equals(by.set()));
  }

  /**
   * Begins a change of the open shards, which goes on in a thread of its own.
   *
   * @param after how long that thread waits first
   */
  StreamReshard reshard(SplittableRandom random, Duration after) {
    return StreamReshard.begin(
        groups, published, born(random), after, changed -> published = changed);
  }

  /** Every member has kept what it was told of the stream, whatever happened to its disk. */
  void assertListedEverywhere() {
    for (ReplicaGroup group : groups) {
      assertThat(group.publishedGenerations())
          .as("generations that the members of %s list", group.set())
          .isEqualTo(Collections.nCopies(ReplicaGroup.MEMBERS, published.generation()));
    }
  }

  private List<GroupShard> born(SplittableRandom random) {
    List<GroupShard> open = published.open();
    List<BigInteger> starts = new ArrayList<>(List.of(BigInteger.ZERO));
    (open.size() == GROUPS ? open : open.subList(1, open.size() - 1))
        .forEach(cut -> starts.add(inside(cut, random)));
    List<GroupShard> born = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      BigInteger first = starts.get(i);
      BigInteger last =
          i + 1 < starts.size()
              ? starts.get(i + 1).subtract(BigInteger.ONE)
              : open.getLast().last();
      List<Integer> parents =
          open.stream()
              .filter(
                  shard -> shard.first().compareTo(last) <= 0 && shard.last().compareTo(first) >= 0)
              .map(GroupShard::index)
              .collect(Collectors.toList());
      int which = Math.floorMod(i + published.generation(), GROUPS);
      born.add(
          new GroupShard(
              published.shards().size() + i, first, last, parents, 0, groups.get(which).set()));
    }
    return born;
  }

  private static BigInteger inside(GroupShard shard, SplittableRandom random) {
    BigInteger keys = shard.last().subtract(shard.first());
    int part = PARTS / 4 + random.nextInt(PARTS / 2);
    return shard
        .first()
        .add(keys.multiply(BigInteger.valueOf(part)).divide(BigInteger.valueOf(PARTS)));
  }

  @Override
  public void close() throws IOException {
    for (ReplicaGroup group : groups) {
      group.close();
    }
  }
}
