// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

import dev.millrace.api.error.FailureErrors;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.TokenBucket;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.leader.shard.ShardLeader.TailResult;
import dev.millrace.leader.shard.SubscriptionRef;
import dev.millrace.protocol.answer.EventMessages;
import dev.millrace.protocol.answer.WireWriter;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: a cursor in a shard whose records are pushed as they are appended, until five
 * minutes have passed, the shard ends, the client disconnects, or another subscription replaces it.
 * It reads the next records only when the client is ready for them, so that a slow client occupies
 * memory for one event only. The shard's leader knows which subscription is the current one, so a
 * replaced one learns of it when it reads next.
 *
 * <p>Its state is confined to its sink's thread.
 */
public final class Subscription {
  /** Longest time between two events; a client takes a longer silence for a lost connection. */
  private static final long MAX_SILENCE_MILLIS = 2_000;

  private static final Logger LOG = Logger.getLogger(Subscription.class);
  private static final long EVENT_BYTES = 1 << 20;

  private final SubscriptionFactory factory;
  private final StreamDefinition stream;
  private final ShardDefinition shard;
  private final ConsumerDefinition consumer;
  private final EventSink sink;

  /** What the shard's leader knows it by; a virtual shard has no leader. */
  private final Optional<SubscriptionRef> atLeader;

  private final Instant start;
  private final Optional<TokenBucket> throttle;
  private long position;
  private boolean ended;
  private Runnable expiry = () -> {};

  Subscription(
      SubscriptionFactory factory,
      StreamDefinition stream,
      ShardDefinition shard,
      ConsumerDefinition consumer,
      Optional<SubscriptionRef> atLeader,
      long position,
      Optional<TokenBucket> throttle,
      EventSink sink) {
    this.factory = factory;
    this.stream = stream;
    this.shard = shard;
    this.consumer = consumer;
    this.atLeader = atLeader;
    this.position = position;
    this.throttle = throttle;
    this.sink = sink;
    this.start = factory.clock().instant();
  }

  /** Sends the first message and starts to push records. */
  public void begin() {
    sink.send(EventMessages.initialResponse());
    // Without this timer, a client that never becomes ready would keep its subscription forever.
    expiry = sink.runAfter(ShardLeader.SUBSCRIPTION_LIFETIME.toMillis(), this::expire);
    step();
  }

  /** Stops pushing, releases the timer and tells the leader; sends nothing. */
  public void cancel() {
    if (!ended) {
      ended = true;
      expiry.run();
      atLeader.ifPresent(ref -> factory.leader().unsubscribe(ref, position));
    }
  }

  private void expire() {
    if (!ended) {
      finish();
    }
  }

  private void step() {
    if (ended) {
      return;
    }
    Optional<KinesisError> error = terminalError();
    if (error.isPresent()) {
      fail(error.get());
    } else if (!factory.clock().instant().isBefore(start.plus(ShardLeader.SUBSCRIPTION_LIFETIME))) {
      finish();
    } else if (!sink.isReady()) {
      sink.whenReady(this::step);
    } else if (atLeader.isEmpty()) {
      send(new ReadResult.RecordPage(List.of(), 0, 0, shard.creationSecond()));
    } else {
      read(atLeader.get());
    }
  }

  /** The error that ends the subscription, if its consumer or its stream was deleted. */
  private Optional<KinesisError> terminalError() {
    Optional<StreamDefinition> current = currentDefinition();
    boolean registered =
        current
            .map(is -> is.consumers().get(consumer.name()))
            .filter(is -> is.creationSecond() == consumer.creationSecond())
            .filter(is -> is.status() != ConsumerStatus.DELETING)
            .isPresent();
    return registered
        ? Optional.empty()
        : Optional.of(
            factory.streams().consumerNotFound(factory.streams().consumerArn(stream, consumer)));
  }

  private Optional<StreamDefinition> currentDefinition() {
    return factory
        .streams()
        .catalogue()
        .find(stream.name())
        .map(CatalogueEntry::definition)
        .filter(is -> is.id().equals(stream.id()));
  }

  private void read(SubscriptionRef subscription) {
    factory
        .leader()
        .tail(subscription, position, EVENT_BYTES, MAX_SILENCE_MILLIS, result -> result)
        .whenComplete((result, failure) -> sink.run(() -> onRead(result, failure)));
  }

  private void onRead(@Nullable TailResult result, @Nullable Throwable failure) {
    if (ended) {
      return;
    }
    switch (result) {
      case ReadResult.RecordPage records -> send(records);
      case ReadResult.ShardMissing none ->
          fail(factory.streams().shardNotFound(stream.name().text(), shard.id()));
      case TailResult.SubscriptionReplaced replaced ->
          fail(factory.conflict(stream, shard, consumer));
      case null -> onReadFailure(Objects.requireNonNull(failure));
    }
  }

  /**
   * A leader that is unavailable is tried again. A key that cannot be used ends the subscription,
   * as with the service; any other failure is a bug.
   */
  private void onReadFailure(Throwable failure) {
    Throwable cause = CompletionFailures.cause(failure);
    if (FailureErrors.isAboutKey(cause)) {
      fail(FailureErrors.error(cause));
    } else if (cause instanceof LogRefusedException) {
      sink.runAfter(MAX_SILENCE_MILLIS, this::step);
    } else {
      LOG.errorf(cause, "subscription of %s to %s failed", consumer.name(), shard.id());
      fail(new KinesisError(KinesisError.Name.INTERNAL_FAILURE, "Internal Service Failure"));
    }
  }

  private void send(ReadResult.RecordPage records) {
    boolean closed =
        currentDefinition()
            .flatMap(is -> is.shape().find(shard.id()))
            .map(is -> !is.isOpen())
            .orElse(false);
    boolean atEnd = closed && records.atTip();
    sink.send(
        EventMessages.event(
            "SubscribeToShardEvent",
            RecordMembers.expectedBytes(records.records()),
            out -> write(out, records, atEnd)));
    position = Math.max(position, records.nextPosition());
    if (atEnd) {
      finish();
      return;
    }
    long waitMillis = throttle.map(bucket -> throttleMillis(bucket, records)).orElse(0L);
    if (waitMillis > 0) {
      sink.runAfter(waitMillis, this::step);
    } else {
      sink.run(this::step);
    }
  }

  /** How long to wait before the next records, in milliseconds, to stay within 2 MiB/s. */
  private long throttleMillis(TokenBucket bucket, ReadResult.RecordPage records) {
    long nowNanos = factory.nanos().getAsLong();
    bucket.take(RecordMembers.bytes(records.records()), nowNanos);
    return bucket.millisInDebt(nowNanos);
  }

  private void write(WireWriter out, ReadResult.RecordPage records, boolean atEnd) {
    RecordMembers.records(out, shard.id(), records);
    if (atEnd) {
      RecordMembers.children(out, currentDefinition().orElseThrow(), shard.id());
    } else {
      long last = Math.max(0, Math.max(position, records.nextPosition()) - 1);
      long second = factory.clock().instant().getEpochSecond();
      out.text(
          "ContinuationSequenceNumber",
          new SequenceNumber(
                  shard.creationSecond(),
                  shard.id(),
                  last,
                  Math.max(shard.creationSecond(), second))
              .toString());
    }
    out.number("MillisBehindLatest", millisBehind(records));
  }

  private long millisBehind(ReadResult.RecordPage records) {
    return records.atTip() || records.records().isEmpty()
        ? 0
        : Math.max(0, factory.clock().millis() - records.records().getLast().arrivalMillis());
  }

  private void fail(KinesisError error) {
    if (!ended) {
      sink.send(EventMessages.exception(error));
      finish();
    }
  }

  private void finish() {
    cancel();
    sink.end();
  }
}
