// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

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
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.protocol.answer.EventMessages;
import dev.millrace.protocol.answer.WireWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: a cursor in a shard whose records are pushed as they come, until five minutes
 * are over, the shard ends, the client goes, or another takes its place. It asks for the next
 * records only when the client took the last, so a slow client holds one event here and no more.
 *
 * <p>All of its state belongs to its sink's thread.
 */
public final class Subscription {
  /** How long a subscription lives. */
  static final Duration LIFE = Duration.ofMinutes(5);

  /**
   * An event comes at least so often, so that no client takes the silence for a lost connection.
   */
  private static final long QUIET_MILLIS = 2_000;

  private static final Logger LOG = Logger.getLogger(Subscription.class);
  private static final long EVENT_BYTES = 1 << 20;

  private final Fanout fanout;
  private final StreamDefinition stream;
  private final ShardDefinition shard;
  private final ConsumerDefinition consumer;
  private final EventSink sink;
  private final Instant since;
  private final Optional<TokenBucket> share;
  private long position;
  private boolean over;
  private Runnable endOfLife = () -> {};

  Subscription(
      Fanout fanout,
      StreamDefinition stream,
      ShardDefinition shard,
      ConsumerDefinition consumer,
      long position,
      Optional<TokenBucket> share,
      EventSink sink) {
    this.fanout = fanout;
    this.stream = stream;
    this.shard = shard;
    this.consumer = consumer;
    this.position = position;
    this.share = share;
    this.sink = sink;
    this.since = fanout.clock().instant();
  }

  SubscriptionKey key() {
    return new SubscriptionKey(
        fanout.streams().consumerArn(stream, consumer), shard.id().toString());
  }

  /** The service's words for a place that is taken. */
  String takenMessage() {
    return "Another active subscription exists for this consumer: %s:%s:%s:%s"
        .formatted(fanout.streams().account(), stream.name(), shard.id(), consumer.name());
  }

  /** Sends the first message and goes on by itself. */
  public void begin() {
    sink.send(EventMessages.initialResponse());
    // A client that takes nothing is not asked for anything, and must be let go all the same.
    endOfLife = sink.runAfter(LIFE.toMillis(), this::livedLongEnough);
    step();
  }

  /** Another subscription took its place. Callable from any thread. */
  void takenOver() {
    sink.run(() -> fail(KinesisError.inUse(takenMessage())));
  }

  /** The client is gone. */
  public void gone() {
    over = true;
    endOfLife.run();
    fanout.subscriptions().leave(this);
  }

  private void livedLongEnough() {
    if (!over) {
      finish();
    }
  }

  private void step() {
    if (over) {
      return;
    }
    Optional<KinesisError> ended = ended();
    if (ended.isPresent()) {
      fail(ended.get());
    } else if (!fanout.clock().instant().isBefore(since.plus(LIFE))) {
      finish();
    } else if (!sink.isReady()) {
      sink.whenReady(this::step);
    } else if (shard.isVirtual()) {
      send(new ReadResult.RecordPage(List.of(), 0, 0, shard.creationSecond()));
    } else {
      read();
    }
  }

  /** Why it cannot go on: its consumer or its stream was deleted. */
  private Optional<KinesisError> ended() {
    Optional<StreamDefinition> now = now();
    boolean there =
        now.map(is -> is.consumers().get(consumer.name()))
            .filter(is -> is.creationSecond() == consumer.creationSecond())
            .filter(is -> is.status() != ConsumerStatus.DELETING)
            .isPresent();
    return there
        ? Optional.empty()
        : Optional.of(
            fanout.streams().consumerNotFound(fanout.streams().consumerArn(stream, consumer)));
  }

  private Optional<StreamDefinition> now() {
    return fanout
        .streams()
        .catalogue()
        .find(stream.name())
        .map(CatalogueEntry::definition)
        .filter(is -> is.id().equals(stream.id()));
  }

  private void read() {
    fanout
        .leader()
        .tail(stream.ref(shard.id()), position, EVENT_BYTES, QUIET_MILLIS, result -> result)
        .whenComplete((result, failure) -> sink.run(() -> took(result, failure)));
  }

  private void took(@Nullable ReadResult result, @Nullable Throwable failure) {
    if (over) {
      return;
    }
    switch (result) {
      case ReadResult.RecordPage records -> send(records);
      case ReadResult.ShardMissing none ->
          fail(fanout.streams().shardNotFound(stream.name().text(), shard.id()));
      case ReadResult.Throttled throttled -> sink.runAfter(QUIET_MILLIS, this::step);
      case null -> failed(Objects.requireNonNull(failure));
    }
  }

  /** A leader that is not there now comes back, or another does; what else fails is ours. */
  private void failed(Throwable failure) {
    Throwable cause = CompletionFailures.cause(failure);
    if (cause instanceof LogRefusedException) {
      sink.runAfter(QUIET_MILLIS, this::step);
    } else {
      LOG.errorf(cause, "subscription of %s to %s failed", consumer.name(), shard.id());
      fail(new KinesisError(KinesisError.Name.INTERNAL_FAILURE, "Internal Service Failure"));
    }
  }

  private void send(ReadResult.RecordPage records) {
    boolean closed =
        now().flatMap(is -> is.shape().find(shard.id())).map(is -> !is.isOpen()).orElse(false);
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
    long waitMillis = share.map(bucket -> pause(bucket, records)).orElse(0L);
    if (waitMillis > 0) {
      sink.runAfter(waitMillis, this::step);
    } else {
      sink.run(this::step);
    }
  }

  /** Two MiB a second: who got more waits until it is made good. */
  private long pause(TokenBucket bucket, ReadResult.RecordPage records) {
    long nowNanos = fanout.nanos().getAsLong();
    bucket.take(RecordMembers.bytes(records.records()), nowNanos);
    return bucket.millisInDebt(nowNanos);
  }

  private void write(WireWriter out, ReadResult.RecordPage records, boolean atEnd) {
    RecordMembers.records(out, shard.id(), records);
    if (atEnd) {
      RecordMembers.children(out, now().orElseThrow(), shard.id());
    } else {
      long last = Math.max(0, Math.max(position, records.nextPosition()) - 1);
      long second = fanout.clock().instant().getEpochSecond();
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
        : Math.max(0, fanout.clock().millis() - records.records().getLast().arrivalMillis());
  }

  private void fail(KinesisError error) {
    if (!over) {
      sink.send(EventMessages.exception(error));
      finish();
    }
  }

  private void finish() {
    gone();
    sink.end();
  }
}
