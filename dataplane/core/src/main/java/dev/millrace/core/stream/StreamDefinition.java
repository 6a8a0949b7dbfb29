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
 * What a stream is: its entry in the catalogue.
 *
 * @param name unique among the streams that exist
 * @param id this incarnation
 * @param creationSecond epoch seconds
 * @param status where it is in its life
 * @param settings what its owner decides
 * @param consumers by their names
 * @param shape its shards
 * @param reshard the change of its shape that is under way; it is UPDATING then
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
   * A new stream in state CREATING with uniform shards.
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

  /** The highest creation second of its shards, epoch seconds; stands in sequence numbers. */
  public long lastCreationSecond() {
    return shards().stream()
        .mapToLong(ShardDefinition::creationSecond)
        .reduce(creationSecond, Math::max);
  }

  /** A new stream, none of whose shards is open yet, with another creation second. */
  public StreamDefinition createdAt(long second) {
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

  /** The same stream in another state. */
  public StreamDefinition withStatus(StreamStatus next) {
    return new StreamDefinition(
        name, id, creationSecond, next, settings, consumers, shape, reshard);
  }

  /** The same stream with other settings. */
  public StreamDefinition withSettings(StreamSettings next) {
    return new StreamDefinition(name, id, creationSecond, status, next, consumers, shape, reshard);
  }

  /** The same stream with a consumer more, or with another in its place. */
  public StreamDefinition withConsumer(ConsumerDefinition consumer) {
    SortedMap<String, ConsumerDefinition> next = new TreeMap<>(consumers);
    next.put(consumer.name(), consumer);
    return new StreamDefinition(name, id, creationSecond, status, settings, next, shape, reshard);
  }

  /** The same stream without a consumer. */
  public StreamDefinition withoutConsumer(String consumer) {
    SortedMap<String, ConsumerDefinition> next = new TreeMap<>(consumers);
    next.remove(consumer);
    return new StreamDefinition(name, id, creationSecond, status, settings, next, shape, reshard);
  }

  /** The same stream with a change of its shape under way: UPDATING. */
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

  /** The same stream in its new shape: ACTIVE. */
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

  /** The same stream without shards that closed before a time: none of their records is left. */
  public StreamDefinition withoutShardsClosedBefore(long epochSecond) {
    StreamShape left = shape.withoutShardsClosedBefore(epochSecond);
    return new StreamDefinition(
        name, id, creationSecond, status, settings, consumers, left, reshard);
  }

  /** Every shard that is listed, in the order of their ids. */
  public List<ShardDefinition> shards() {
    return shape.all();
  }

  /** The shards that take records, in the order of their hash keys. */
  public List<ShardDefinition> openShards() {
    return shape.open();
  }

  /** One of this stream's shards as a reference. */
  public ShardRef ref(ShardId shard) {
    return new ShardRef(id, shard);
  }

  /** The open shard that takes a hash key. */
  public ShardDefinition shardOf(HashKey key) {
    return shape.of(key);
  }
}
