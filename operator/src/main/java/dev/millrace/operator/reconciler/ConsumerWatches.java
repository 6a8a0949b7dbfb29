// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.operator.observe.ConsumerObserver;
import dev.millrace.operator.resource.DesiredStream;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The watches of consumers and of the streams that they name. A stream may come after its
 * consumers, so they are found by indexes, and not by references between objects.
 *
 * @param region of the streams, part of their ARNs
 */
record ConsumerWatches(String region) {
  /** Consumers by namespace and consumer name. */
  private static final String BY_CONSUMER_NAME = "consumer-name";

  /** Consumers and streams by the stream: its object or its name. */
  private static final String BY_STREAM = "stream";

  /** The watch of consumers, for the passes over their streams. */
  EventSource<StreamConsumer, KinesisStream> consumers(EventSourceContext<KinesisStream> context) {
    IndexerResourceCache<KinesisStream> streams = context.getPrimaryCache();
    streams.addIndexers(Map.of(BY_STREAM, ConsumerWatches::streamKeys));
    InformerEventSource<StreamConsumer, KinesisStream> consumers =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(StreamConsumer.class, KinesisStream.class)
                .withSecondaryToPrimaryMapper(consumer -> streams(consumer, streams))
                .withPrimaryToSecondaryMapper((KinesisStream stream) -> Set.of())
                .withInformerListLimit(Watches.PAGE_OBJECTS)
                .build(),
            context);
    consumers.addIndexers(Map.of(BY_STREAM, this::streamKeys));
    return consumers;
  }

  private Set<ResourceID> streams(
      StreamConsumer consumer, IndexerResourceCache<KinesisStream> streams) {
    return streamKeys(consumer).stream()
        .flatMap(key -> streams.byIndex(BY_STREAM, key).stream())
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /** The consumers that name a stream. */
  static List<StreamConsumer> consumers(KinesisStream stream, Context<KinesisStream> context) {
    InformerEventSource<StreamConsumer, KinesisStream> consumers =
        (InformerEventSource<StreamConsumer, KinesisStream>)
            context.eventSourceRetriever().getEventSourceFor(StreamConsumer.class);
    return streamKeys(stream).stream()
        .flatMap(key -> consumers.byIndex(BY_STREAM, key).stream())
        .distinct()
        .toList();
  }

  /** The watch of streams, for the passes over their consumers. */
  EventSource<KinesisStream, StreamConsumer> streams(EventSourceContext<StreamConsumer> context) {
    IndexerResourceCache<StreamConsumer> consumers = context.getPrimaryCache();
    consumers.addIndexers(
        Map.of(BY_CONSUMER_NAME, ConsumerWatches::consumerName, BY_STREAM, this::streamKeys));
    InformerEventSource<KinesisStream, StreamConsumer> streams =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(KinesisStream.class, StreamConsumer.class)
                .withSecondaryToPrimaryMapper(stream -> consumers(stream, consumers))
                .withPrimaryToSecondaryMapper((StreamConsumer consumer) -> Set.of())
                .withInformerListLimit(Watches.PAGE_OBJECTS)
                .build(),
            context);
    streams.addIndexers(Map.of(BY_STREAM, ConsumerWatches::streamKeys));
    return streams;
  }

  private static Set<ResourceID> consumers(
      KinesisStream stream, IndexerResourceCache<StreamConsumer> consumers) {
    return streamKeys(stream).stream()
        .flatMap(key -> consumers.byIndex(BY_STREAM, key).stream())
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /** All consumers with the same consumer name in the namespace, this one included. */
  List<StreamConsumer> namesakes(StreamConsumer consumer, Context<StreamConsumer> context) {
    return consumerName(consumer).stream()
        .flatMap(key -> context.getPrimaryCache().byIndex(BY_CONSUMER_NAME, key).stream())
        .toList();
  }

  /** The streams that consumers may mean. */
  List<KinesisStream> streams(
      Collection<StreamConsumer> consumers, Context<StreamConsumer> context) {
    InformerEventSource<KinesisStream, StreamConsumer> streams =
        (InformerEventSource<KinesisStream, StreamConsumer>)
            context.eventSourceRetriever().getEventSourceFor(KinesisStream.class);
    return consumers.stream()
        .flatMap(consumer -> streamKeys(consumer).stream())
        .distinct()
        .flatMap(key -> streams.byIndex(BY_STREAM, key).stream())
        .distinct()
        .toList();
  }

  private static List<String> consumerName(StreamConsumer consumer) {
    return List.of(namespace(consumer) + ConsumerObserver.nameOf(consumer));
  }

  private List<String> streamKeys(StreamConsumer consumer) {
    return consumer.getSpec().streamRef() != null
        ? List.of(objectKey(consumer, consumer.getSpec().streamRef().name()))
        : ConsumerObserver.streamByArn(consumer, region).stream()
            .map(StreamName::text)
            .map(name -> nameKey(consumer, name))
            .toList();
  }

  private static List<String> streamKeys(KinesisStream stream) {
    return Stream.of(
            objectKey(stream, stream.getMetadata().getName()),
            nameKey(stream, DesiredStream.nameOf(stream)))
        .toList();
  }

  private static String objectKey(HasMetadata object, String name) {
    return namespace(object) + "object/" + name;
  }

  private static String nameKey(HasMetadata object, String streamName) {
    return namespace(object) + "stream/" + streamName;
  }

  private static String namespace(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/";
  }
}
