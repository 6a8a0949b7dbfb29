// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The settings of a stream, which its owner may change at any time.
 *
 * @param mode who decides its capacity
 * @param retentionHours 24 .. 8760
 * @param maxRecordSizeKiB 1024 .. 10240: most KiB of data and partition key of one record together
 * @param tags keys and values, at most 50
 * @param shardLevelMetrics names of the metrics that are collected for each shard
 * @param keyId the encryption key, as it was given; empty if records are not encrypted
 * @param distribution what decides a record's shard
 * @param warmThroughputMiBps 0 .. 10240; stored and returned, without further effect
 * @param policy the resource policy, as it was given
 */
public record StreamSettings(
    StreamMode mode,
    int retentionHours,
    int maxRecordSizeKiB,
    SortedMap<String, String> tags,
    SortedSet<String> shardLevelMetrics,
    Optional<String> keyId,
    RecordDistribution distribution,
    Optional<Integer> warmThroughputMiBps,
    Optional<String> policy) {

  /** Default retention period, in hours. */
  public static final int DEFAULT_RETENTION_HOURS = 24;

  /** Default size of the largest record, in KiB. */
  public static final int DEFAULT_MAX_RECORD_SIZE_KIB = 1024;

  public StreamSettings {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    shardLevelMetrics = Collections.unmodifiableSortedSet(new TreeSet<>(shardLevelMetrics));
  }

  /** The default settings. */
  public static StreamSettings of(StreamMode mode) {
    return new StreamSettings(
        mode,
        DEFAULT_RETENTION_HOURS,
        DEFAULT_MAX_RECORD_SIZE_KIB,
        new TreeMap<>(),
        new TreeSet<>(),
        Optional.empty(),
        RecordDistribution.USER_PARTITION_KEY,
        Optional.empty(),
        Optional.empty());
  }

  /** Largest record, data and partition key together, in bytes. */
  public int maxRecordBytes() {
    return maxRecordSizeKiB * 1024;
  }

  public StreamSettings withMode(StreamMode next) {
    return with(builder -> builder.mode = next);
  }

  public StreamSettings withRetentionHours(int next) {
    return with(builder -> builder.retentionHours = next);
  }

  public StreamSettings withMaxRecordSizeKiB(int next) {
    return with(builder -> builder.maxRecordSizeKiB = next);
  }

  public StreamSettings withTags(Map<String, String> next) {
    return with(builder -> builder.tags = new TreeMap<>(next));
  }

  public StreamSettings withShardLevelMetrics(SortedSet<String> next) {
    return with(builder -> builder.shardLevelMetrics = next);
  }

  public StreamSettings withKeyId(Optional<String> next) {
    return with(builder -> builder.keyId = next);
  }

  public StreamSettings withDistribution(RecordDistribution next) {
    return with(builder -> builder.distribution = next);
  }

  public StreamSettings withWarmThroughput(Optional<Integer> miBps) {
    return with(builder -> builder.warmThroughputMiBps = miBps);
  }

  public StreamSettings withPolicy(Optional<String> next) {
    return with(builder -> builder.policy = next);
  }

  private StreamSettings with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** A mutable copy of the settings, for one change. */
  private static final class Builder {
    private StreamMode mode;
    private int retentionHours;
    private int maxRecordSizeKiB;
    private SortedMap<String, String> tags;
    private SortedSet<String> shardLevelMetrics;
    private Optional<String> keyId;
    private RecordDistribution distribution;
    private Optional<Integer> warmThroughputMiBps;
    private Optional<String> policy;

    Builder(StreamSettings from) {
      mode = from.mode;
      retentionHours = from.retentionHours;
      maxRecordSizeKiB = from.maxRecordSizeKiB;
      tags = from.tags;
      shardLevelMetrics = from.shardLevelMetrics;
      keyId = from.keyId;
      distribution = from.distribution;
      warmThroughputMiBps = from.warmThroughputMiBps;
      policy = from.policy;
    }

    StreamSettings build() {
      return new StreamSettings(
          mode,
          retentionHours,
          maxRecordSizeKiB,
          tags,
          shardLevelMetrics,
          keyId,
          distribution,
          warmThroughputMiBps,
          policy);
    }
  }
}
