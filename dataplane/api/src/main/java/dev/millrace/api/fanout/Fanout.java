// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.TokenBucket;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.shard.ShardLeader;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Where subscriptions come from.
 *
 * @param streams the streams there are
 * @param leader hands out what shards get
 * @param subscriptions those that are open
 * @param limited whether each consumer has 2 MiB/s of each shard, and no more
 * @param clock ends subscriptions
 * @param nanos monotonic time, for the share
 */
public record Fanout(
    StreamLookup streams,
    ShardLeader leader,
    Subscriptions subscriptions,
    boolean limited,
    InstantSource clock,
    LongSupplier nanos) {
  private static final double BYTES_PER_SECOND = 2 << 20;

  /**
   * A subscription that has not begun. Call on the sink's thread, then {@link Subscription#begin}.
   *
   * @param position where it begins
   * @return an error while another one has the place
   */
  public Checked<Subscription> subscribe(
      StreamDefinition stream,
      ShardDefinition shard,
      ConsumerDefinition consumer,
      long position,
      EventSink sink) {
    Optional<TokenBucket> share =
        limited
            ? Optional.of(new TokenBucket(BYTES_PER_SECOND, BYTES_PER_SECOND, nanos.getAsLong()))
            : Optional.empty();
    Subscription fresh = new Subscription(this, stream, shard, consumer, position, share, sink);
    return subscriptions
        .enter(fresh, clock.instant())
        .then(
            before -> {
              before.ifPresent(Subscription::takenOver);
              return Checked.good(fresh);
            });
  }

  /** The service's words for a consumer that is not ACTIVE. */
  public KinesisError notActive(StreamDefinition stream, ConsumerDefinition consumer) {
    return KinesisError.inUse(
        "Consumer %s with creation timestamp %d under stream: %s , account %s is not in ACTIVE status."
            .formatted(
                consumer.name(), consumer.creationSecond(), stream.name(), streams.account()));
  }
}
