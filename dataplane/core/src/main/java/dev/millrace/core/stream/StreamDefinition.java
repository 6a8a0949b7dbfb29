// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The definition of a stream, as stored in the catalogue.
 *
 * @param name unique among the streams that exist
 * @param id identifies this incarnation
 * @param creationSecond epoch seconds
 * @param status its lifecycle state
 * @param settings the settings that its owner may change
 * @param consumers by their names
 * @param shape its shards
 * @param reshard the reshard in progress, while its status is UPDATING
 */
public record StreamDefinition(
    StreamName name,
    StreamId id,
    long creationSecond,
    StreamStatus status,
    StreamSettings settings,
    SortedMap<String, ConsumerDefinition> consumers,
    StreamShape shape,
    Optional<Reshard> reshard) {

  /** Shards of a new stream in on-demand mode. */
  public static final int ON_DEMAND_SHARDS = 4;

  public StreamDefinition {
    consumers = Collections.unmodifiableSortedMap(new TreeMap<>(consumers));
  }

  /**
   * Creates a stream in state CREATING with uniform shards.
   *
   * @param shardCount at least 1
   */
  public static StreamDefinition creating(
      StreamName name, StreamId id, long nowSecond, StreamSettings settings, int shardCount) {
    List<ShardDefinition> shards = new ArrayList<>(shardCount);
    for (HashKeyRange range : HashKeyRange.uniform(shardCount)) {
      shards.add(new ShardDefinition(new ShardId(shards.size()), range, List.of(), nowSecond));
    }
    return new StreamDefinition(
        name,
        id,
        nowSecond,
        StreamStatus.CREATING,
        settings,
        new TreeMap<>(),
        new StreamShape(shards, shardCount),
        Optional.empty());
  }

  /** Whether its records can be written and read. */
  public boolean isServing() {
    return status == StreamStatus.ACTIVE || status == StreamStatus.UPDATING;
  }

  /** The highest creation second of its shards, epoch seconds; part of sequence numbers. */
  public long lastCreationSecond() {
    return shards().stream()
        .mapToLong(ShardDefinition::creationSecond)
        .reduce(creationSecond, Math::max);
  }

  /** The same new stream, none of whose shards is open yet, with another creation second. */
  public StreamDefinition withCreationSecond(long second) {
    return new StreamDefinition(
        name,
        id,
        second,
        status,
        settings,
        consumers,
        new StreamShape(
            shards().stream()
                .map(shard -> new ShardDefinition(shard.id(), shard.range(), List.of(), second))
                .toList(),
            shards().size()),
        reshard);
  }

  public StreamDefinition withStatus(StreamStatus next) {
    return new StreamDefinition(
        name, id, creationSecond, next, settings, consumers, shape, reshard);
  }

  public StreamDefinition withSettings(StreamSettings next) {
    return new StreamDefinition(name, id, creationSecond, status, next, consumers, shape, reshard);
  }

  /** Adds a consumer, or replaces the one of the same name. */
  public StreamDefinition withConsumer(ConsumerDefinition consumer) {
    SortedMap<String, ConsumerDefinition> next = new TreeMap<>(consumers);
    next.put(consumer.name(), consumer);
    return new StreamDefinition(name, id, creationSecond, status, settings, next, shape, reshard);
  }

  public StreamDefinition withoutConsumer(String consumer) {
    SortedMap<String, ConsumerDefinition> next = new TreeMap<>(consumers);
    next.remove(consumer);
    return new StreamDefinition(name, id, creationSecond, status, settings, next, shape, reshard);
  }

  /** The same stream with a reshard in progress: UPDATING. */
  public StreamDefinition withReshard(Reshard next) {
    return new StreamDefinition(
        name,
        id,
        creationSecond,
        StreamStatus.UPDATING,
        settings,
        consumers,
        shape,
        Optional.of(next));
  }

  /** The same stream after its reshard: ACTIVE. */
  StreamDefinition resharded() {
    return new StreamDefinition(
        name,
        id,
        creationSecond,
        StreamStatus.ACTIVE,
        settings,
        consumers,
        shape.after(reshard.orElseThrow()),
        Optional.empty());
  }

  /**
   * The same stream without the shards that closed before a time, whose records are all past
   * retention.
   */
  public StreamDefinition withoutShardsClosedBefore(long epochSecond) {
    StreamShape left = shape.withoutShardsClosedBefore(epochSecond);
    return new StreamDefinition(
        name, id, creationSecond, status, settings, consumers, left, reshard);
  }

  /** Every shard that is listed, in the order of their ids. */
  public List<ShardDefinition> shards() {
    return shape.all();
  }

  /** The open shards, in the order of their hash keys. */
  public List<ShardDefinition> openShards() {
    return shape.open();
  }

  /** A reference to one of this stream's shards. */
  public ShardRef ref(ShardId shard) {
    return new ShardRef(id, shard);
  }

  /** The open shard that a hash key belongs to. */
  public ShardDefinition shardOf(HashKey key) {
    return shape.shardOf(key);
  }
}
