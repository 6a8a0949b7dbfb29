// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A stream whose shards are hosted by groups, as the operator describes it.
 *
 * @param name of the stream
 * @param id 16 hexadecimal digits
 * @param generation of its shards, from 1
 * @param shards all of them, in the order of their indexes
 * @param consumers since pods do not register any
 */
record GroupStream(
    String name, String id, long generation, List<GroupShard> shards, List<String> consumers) {
  private static final long CREATION_SECOND = 1_700_000_000L;
  private static final BigInteger HASH_KEYS = BigInteger.ONE.shiftLeft(128);

  GroupStream {
    shards = List.copyOf(shards);
    consumers = List.copyOf(consumers);
  }

  /**
   * A new stream, whose shards have equal parts of the hash keys.
   *
   * @param sets host the shards in turn
   */
  static GroupStream of(
      String name, String id, int shardCount, List<String> sets, List<String> consumers) {
    List<GroupShard> shards =
        IntStream.range(0, shardCount)
            .mapToObj(
                index ->
                    new GroupShard(
                        index,
                        firstHashKey(index, shardCount),
                        firstHashKey(index + 1, shardCount).subtract(BigInteger.ONE),
                        List.of(),
                        CREATION_SECOND,
                        sets.get(index % sets.size())))
            .toList();
    return new GroupStream(name, id, 1, shards, consumers);
  }

  /** The same where one group hosts all. */
  static GroupStream of(String name, String id, int shardCount, List<String> consumers) {
    return of(name, id, shardCount, List.of(MemberLinks.set(0)), consumers);
  }

  private static BigInteger firstHashKey(int index, int shardCount) {
    return HASH_KEYS.multiply(BigInteger.valueOf(index)).divide(BigInteger.valueOf(shardCount));
  }

  /** Its open shards in the order of their hash keys: those that have no children. */
  List<GroupShard> open() {
    Set<Integer> parents = new HashSet<>();
    shards.forEach(shard -> parents.addAll(shard.parents()));
    return shards.stream()
        .filter(shard -> !parents.contains(shard.index()))
        .sorted(Comparator.comparing(GroupShard::first))
        .toList();
  }

  /** The next generation. */
  GroupStream with(List<GroupShard> born) {
    List<GroupShard> all = new ArrayList<>(shards);
    all.addAll(born);
    return new GroupStream(name, id, generation + 1, all, consumers);
  }

  /** What the pods of a set are to host. */
  Map<String, Object> assigned(String set) {
    return Map.of(
        "streamId",
        id,
        "retentionPeriodHours",
        24,
        "limits",
        "none",
        "shards",
        shards.stream()
            .filter(shard -> shard.set().equals(set))
            .map(GroupShard::assigned)
            .toList());
  }

  /**
   * What the fronts of its pods are told.
   *
   * @param addresses of the pods of a set, with a placeholder for its name
   */
  Map<String, Object> publication(List<String> addresses) {
    return Map.of(
        "streamId",
        id,
        "version",
        "1",
        "generation",
        generation,
        "digest",
        digest(),
        "kept",
        List.of(),
        "added",
        shards.stream().map(GroupShard::listed).toList(),
        "description",
        Map.of(
            "streamName",
            name,
            "creationSecond",
            CREATION_SECOND,
            "streamStatus",
            "ACTIVE",
            "settings",
            settings(),
            "consumers",
            consumers.stream().map(GroupStream::consumer).toList(),
            "addresses",
            addresses));
  }

  private static Map<String, Object> settings() {
    return Map.of(
        "streamMode",
        "PROVISIONED",
        "retentionPeriodHours",
        24,
        "maxRecordSizeInKiB",
        10_240,
        "tags",
        Map.of(),
        "shardLevelMetrics",
        List.of(),
        "recordDistribution",
        "USER_PARTITION_KEY");
  }

  private static Map<String, Object> consumer(String name) {
    return Map.of(
        "consumerName",
        name,
        "creationSecond",
        CREATION_SECOND,
        "consumerStatus",
        "ACTIVE",
        "tags",
        Map.of());
  }

  /** As {@code core.stream.PublishedShards} computes it. */
  private String digest() {
    String text =
        shards.stream()
            .map(shard -> shard.index() + "@" + shard.creationSecond() + "\n")
            .collect(Collectors.joining());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
