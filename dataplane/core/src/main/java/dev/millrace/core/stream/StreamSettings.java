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
 * What the owner of a stream decides about it and may change while it lives.
 *
 * @param mode how its capacity is decided
 * @param retentionHours 24 .. 8760
 * @param maxRecordSizeKiB 1024 .. 10240: the most that data and partition key of a record take
 * @param tags keys and values, at most 50
 * @param shardLevelMetrics names of the metrics that are kept for each shard
 * @param keyId the key that records are encrypted with, as it was given; empty: they are not
 * @param distribution who chooses a record's shard
 * @param warmThroughputMiBps capacity that is kept ready, 0 .. 10240; kept and shown, no more
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

  /** Retention of a new stream. */
  public static final int DEFAULT_RETENTION_HOURS = 24;

  /** Largest record of a new stream that says nothing else, in KiB. */
  public static final int DEFAULT_MAX_RECORD_SIZE_KIB = 1024;

  public StreamSettings {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    shardLevelMetrics = Collections.unmodifiableSortedSet(new TreeSet<>(shardLevelMetrics));
  }

  /** The settings of a stream that says nothing else. */
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

  /** The same with another mode. */
  public StreamSettings withMode(StreamMode next) {
    return with(changed -> changed.mode = next);
  }

  /** The same with another retention period. */
  public StreamSettings withRetentionHours(int next) {
    return with(changed -> changed.retentionHours = next);
  }

  /** The same for records of another size. */
  public StreamSettings withMaxRecordSizeKiB(int next) {
    return with(changed -> changed.maxRecordSizeKiB = next);
  }

  /** The same with other tags. */
  public StreamSettings withTags(Map<String, String> next) {
    return with(changed -> changed.tags = new TreeMap<>(next));
  }

  /** The same with other metrics for each shard. */
  public StreamSettings withShardLevelMetrics(SortedSet<String> next) {
    return with(changed -> changed.shardLevelMetrics = next);
  }

  /** The same with another key, or none. */
  public StreamSettings withKeyId(Optional<String> next) {
    return with(changed -> changed.keyId = next);
  }

  /** The same with another way to choose shards. */
  public StreamSettings withDistribution(RecordDistribution next) {
    return with(changed -> changed.distribution = next);
  }

  /** The same with another warm throughput. */
  public StreamSettings withWarmThroughput(Optional<Integer> miBps) {
    return with(changed -> changed.warmThroughputMiBps = miBps);
  }

  /** The same with another policy, or none. */
  public StreamSettings withPolicy(Optional<String> next) {
    return with(changed -> changed.policy = next);
  }

  private StreamSettings with(Consumer<Changed> change) {
    Changed changed = new Changed(this);
    change.accept(changed);
    return changed.done();
  }

  /** All members, one of which is given another value. */
  private static final class Changed {
    private StreamMode mode;
    private int retentionHours;
    private int maxRecordSizeKiB;
    private SortedMap<String, String> tags;
    private SortedSet<String> shardLevelMetrics;
    private Optional<String> keyId;
    private RecordDistribution distribution;
    private Optional<Integer> warmThroughputMiBps;
    private Optional<String> policy;

    Changed(StreamSettings from) {
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

    StreamSettings done() {
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
