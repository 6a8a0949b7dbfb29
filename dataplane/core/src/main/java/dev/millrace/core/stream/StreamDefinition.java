package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a stream is: its entry in the catalogue.
 *
 * @param name unique among the streams that exist
 * @param id this incarnation
 * @param creationSecond epoch seconds
 * @param status where it is in its life
 * @param mode how its capacity is decided
 * @param retentionHours 24 .. 8760
 * @param maxRecordSizeKiB 1024 .. 10240: the most that data and partition key of a record take
 * @param tags keys and values
 * @param shards in the order of their ids; the open ones cover all hash keys once
 */
public record StreamDefinition(
    StreamName name,
    StreamId id,
    long creationSecond,
    StreamStatus status,
    StreamMode mode,
    int retentionHours,
    int maxRecordSizeKiB,
    SortedMap<String, String> tags,
    List<ShardDefinition> shards) {

  /** Retention of a new stream. */
  public static final int DEFAULT_RETENTION_HOURS = 24;

  /** Largest record of a new stream that says nothing else, in KiB. */
  public static final int DEFAULT_MAX_RECORD_SIZE_KIB = 1024;

  /** Shards of a new stream in on-demand mode. */
  public static final int ON_DEMAND_SHARDS = 4;

  public StreamDefinition {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    shards = List.copyOf(shards);
  }

  /**
   * A new stream in state CREATING with uniform shards.
   *
   * @param shardCount at least 1
   */
  public static StreamDefinition creating(
      StreamName name,
      StreamId id,
      long nowSecond,
      StreamMode mode,
      int shardCount,
      int maxRecordSizeKiB,
      SortedMap<String, String> tags) {
    List<ShardDefinition> shards = new ArrayList<>(shardCount);
    for (HashKeyRange range : HashKeyRange.uniform(shardCount)) {
      shards.add(new ShardDefinition(new ShardId(shards.size()), range, List.of(), nowSecond));
    }
    return new StreamDefinition(
        name,
        id,
        nowSecond,
        StreamStatus.CREATING,
        mode,
        DEFAULT_RETENTION_HOURS,
        maxRecordSizeKiB,
        tags,
        shards);
  }

  /** The same stream in another state. */
  public StreamDefinition withStatus(StreamStatus next) {
    return new StreamDefinition(
        name, id, creationSecond, next, mode, retentionHours, maxRecordSizeKiB, tags, shards);
  }

  /** The same stream with another retention period. */
  public StreamDefinition withRetention(int hours) {
    return new StreamDefinition(
        name, id, creationSecond, status, mode, hours, maxRecordSizeKiB, tags, shards);
  }

  /** The same stream for records of another size. */
  public StreamDefinition withMaxRecordSize(int kiB) {
    return new StreamDefinition(
        name, id, creationSecond, status, mode, retentionHours, kiB, tags, shards);
  }

  /** The same stream with other tags. */
  public StreamDefinition withTags(SortedMap<String, String> next) {
    return new StreamDefinition(
        name, id, creationSecond, status, mode, retentionHours, maxRecordSizeKiB, next, shards);
  }

  /** One of this stream's shards as a reference. */
  public ShardRef ref(ShardId shard) {
    return new ShardRef(id, shard);
  }

  /** Largest record, data and partition key together, in bytes. */
  public int maxRecordBytes() {
    return maxRecordSizeKiB * 1024;
  }

  /** The open shard that takes a hash key. */
  public ShardDefinition shardOf(HashKey key) {
    int low = 0;
    int high = shards.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (shards.get(middle).range().ending().compareTo(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    ShardDefinition shard = shards.get(low);
    if (!shard.range().contains(key)) {
      throw new IllegalStateException(
          "no shard of stream " + name + " takes hash key " + key + ": the ranges have a hole");
    }
    return shard;
  }
}
