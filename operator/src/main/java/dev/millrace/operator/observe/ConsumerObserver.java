// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.stream.AccountId;
import dev.millrace.core.stream.ConsumerClaim;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerSpec;
import dev.millrace.crds.StreamConsumerStatus;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.pods.RememberedReports;
import dev.millrace.operator.resource.DesiredStream;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Observes a consumer from caches and remembered reports. It asks nobody and never writes. */
public final class ConsumerObserver {
  private static final Set<StreamStatus> SERVING =
      EnumSet.of(StreamStatus.ACTIVE, StreamStatus.UPDATING);

  private final OperatorSettings settings;
  private final RememberedReports reports;

  public ConsumerObserver(OperatorSettings settings, RememberedReports reports) {
    this.settings = settings;
    this.reports = reports;
  }

  /**
   * The current state of a consumer.
   *
   * @param streams the KinesisStreams that it and its namesakes may mean
   * @param namesakes the StreamConsumers of the namespace that claim the same consumer name
   */
  public ObservedConsumer observe(
      StreamConsumer consumer,
      Collection<KinesisStream> streams,
      Collection<StreamConsumer> namesakes) {
    Optional<KinesisStream> stream = named(consumer, streams);
    Optional<ConsumedStream> consumed = stream.flatMap(ConsumerObserver::consumed);
    return new ObservedConsumer(
        consumer.getMetadata().getNamespace(),
        consumer.getMetadata().getName(),
        consumer.getMetadata().getUid(),
        consumer.getMetadata().getGeneration(),
        creation(consumer),
        consumer.getMetadata().getDeletionTimestamp() != null,
        consumer.getSpec(),
        Optional.ofNullable(consumer.getStatus()),
        consumed,
        namesakes.stream()
            .filter(other -> !isSame(consumer, other))
            .filter(other -> stream.isPresent() && named(other, streams).equals(stream))
            .map(ConsumerObserver::claim)
            .toList(),
        consumed
            .map(found -> reports.subscriptions(consumer.getMetadata().getNamespace(), found.id()))
            .orElse(List.of()));
  }

  private static boolean isSame(StreamConsumer one, StreamConsumer other) {
    return one.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  private static Instant creation(StreamConsumer consumer) {
    return Instant.parse(consumer.getMetadata().getCreationTimestamp());
  }

  static ConsumerClaim claim(StreamConsumer consumer) {
    return new ConsumerClaim(
        consumer.getMetadata().getUid(),
        creation(consumer),
        nameOf(consumer),
        Optional.ofNullable(consumer.getStatus()).map(StreamConsumerStatus::consumerARN));
  }

  /** The consumer name that an object claims. */
  public static String nameOf(StreamConsumer consumer) {
    return Optional.ofNullable(consumer.getSpec().consumerName())
        .orElse(consumer.getMetadata().getName());
  }

  /** The name of the stream that an object names by its ARN, if it is one of a region. */
  public static Optional<StreamName> streamByArn(StreamConsumer consumer, String region) {
    AccountId account = AccountId.ofNamespace(consumer.getMetadata().getNamespace());
    return Optional.ofNullable(consumer.getSpec().streamARN())
        .flatMap(arn -> account.streamOf(region, arn));
  }

  private Optional<KinesisStream> named(
      StreamConsumer consumer, Collection<KinesisStream> streams) {
    StreamConsumerSpec.StreamRef ref = consumer.getSpec().streamRef();
    Optional<StreamName> byArn = streamByArn(consumer, settings.region());
    return streams.stream()
        .filter(ConsumerObserver::holdsItsName)
        .filter(
            stream ->
                ref != null
                    ? stream.getMetadata().getName().equals(ref.name())
                    : byArn
                        .map(StreamName::text)
                        .filter(DesiredStream.nameOf(stream)::equals)
                        .isPresent())
        .findFirst();
  }

  /** A stream whose name another one has, or whose status is its predecessor's, is not served. */
  static boolean holdsItsName(KinesisStream stream) {
    return id(stream).isPresent();
  }

  private static Optional<StreamId> id(KinesisStream stream) {
    return Optional.ofNullable(stream.getStatus())
        .flatMap(
            status ->
                StreamId.shown(
                    stream.getMetadata().getUid(), status.objectUid(), status.streamId()));
  }

  private static Optional<ConsumedStream> consumed(KinesisStream stream) {
    String name = DesiredStream.nameOf(stream);
    return id(stream)
        .filter(id -> StreamName.isValid(name))
        .map(id -> new ConsumedStream(new StreamName(name), id, isServing(stream)));
  }

  private static boolean isServing(KinesisStream stream) {
    return stream.getMetadata().getDeletionTimestamp() == null
        && Optional.ofNullable(stream.getStatus())
            .map(KinesisStreamStatus::streamStatus)
            .map(StreamStatus::valueOf)
            .filter(SERVING::contains)
            .isPresent();
  }
}
