// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.TokenBucket;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.SubscriptionRef;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Creates subscriptions and contains their shared dependencies.
 *
 * @param streams looks up streams
 * @param leader reads the records of shards and knows their subscriptions
 * @param limited whether each consumer is limited to 2 MiB/s of each shard
 * @param clock ends subscriptions
 * @param nanos monotonic time, for that limit
 */
public record SubscriptionFactory(
    StreamLookup streams,
    ShardLeader leader,
    boolean limited,
    InstantSource clock,
    LongSupplier nanos) {
  private static final double BYTES_PER_SECOND = 2 << 20;

  /**
   * Creates a subscription. Call on the sink's thread, then call {@link Subscription#begin} or
   * {@link Subscription#cancel}.
   *
   * @param atLeader what the shard's leader knows it by; empty for a virtual shard
   * @param position the first position to read
   */
  public Subscription create(
      StreamDefinition stream,
      ShardDefinition shard,
      ConsumerDefinition consumer,
      Optional<SubscriptionRef> atLeader,
      long position,
      EventSink sink) {
    Optional<TokenBucket> throttle =
        limited
            ? Optional.of(new TokenBucket(BYTES_PER_SECOND, BYTES_PER_SECOND, nanos.getAsLong()))
            : Optional.empty();
    return new Subscription(this, stream, shard, consumer, atLeader, position, throttle, sink);
  }

  /** The service's error when another subscription of the consumer to the shard is active. */
  public KinesisError conflict(
      StreamDefinition stream, ShardDefinition shard, ConsumerDefinition consumer) {
    return KinesisError.inUse(
        "Another active subscription exists for this consumer: %s:%s:%s:%s"
            .formatted(streams.account(), stream.name(), shard.id(), consumer.name()));
  }

  /** The service's error for a consumer that is not ACTIVE. */
  public KinesisError notActive(StreamDefinition stream, ConsumerDefinition consumer) {
    return KinesisError.inUse(
        "Consumer %s with creation timestamp %d under stream: %s , account %s is not in ACTIVE status."
            .formatted(
                consumer.name(), consumer.creationSecond(), stream.name(), streams.account()));
  }
}
