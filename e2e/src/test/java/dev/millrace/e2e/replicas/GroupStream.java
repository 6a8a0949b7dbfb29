// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A stream whose shards are all hosted by one group, as the operator describes it.
 *
 * @param name of the stream
 * @param id 16 hexadecimal digits
 * @param shardCount how many shards have equal parts of the hash keys
 * @param consumers since pods do not register any
 */
record GroupStream(String name, String id, int shardCount, List<String> consumers) {
  private static final long CREATION_SECOND = 1_700_000_000L;
  private static final BigInteger HASH_KEYS = BigInteger.ONE.shiftLeft(128);

  static String shardId(int index) {
    return "shardId-%012d".formatted(index);
  }

  private List<Map<String, Object>> shards() {
    return IntStream.range(0, shardCount).mapToObj(this::shard).toList();
  }

  private Map<String, Object> shard(int index) {
    Map<String, Object> shard = new HashMap<>();
    shard.put("shardId", shardId(index));
    shard.put("startingHashKey", firstHashKey(index).toString());
    shard.put("endingHashKey", firstHashKey(index + 1).subtract(BigInteger.ONE).toString());
    shard.put("parentShardIds", List.of());
    shard.put("creationSecond", CREATION_SECOND);
    return shard;
  }

  private BigInteger firstHashKey(int index) {
    return HASH_KEYS.multiply(BigInteger.valueOf(index)).divide(BigInteger.valueOf(shardCount));
  }

  /** What its pods are to host. */
  Map<String, Object> assigned() {
    return Map.of("streamId", id, "retentionPeriodHours", 24, "limits", "none", "shards", shards());
  }

  /**
   * What the fronts of its pods are told.
   *
   * @param addresses of the pods
   */
  Map<String, Object> publication(List<Object> addresses) {
    List<Map<String, Object>> listed = shards();
    listed.forEach(shard -> shard.put("shardSet", "set"));
    return Map.of(
        "streamId",
        id,
        "version",
        "1",
        "generation",
        1,
        "digest",
        digest(),
        "kept",
        List.of(),
        "added",
        listed,
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
        IntStream.range(0, shardCount)
            .mapToObj(index -> index + "@" + CREATION_SECOND + "\n")
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
