// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.Shard;
import dev.millrace.crds.StreamStorage;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.OwnedMetadata;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The watches that trigger passes. They select objects by the operator's label, which keeps the
 * caches small, and find the stream by the annotation with its full name.
 */
final class Watches {
  /** The index of KinesisStreams by namespace and claimed stream name. */
  static final String BY_STREAM_NAME = "stream-name";

  /**
   * Objects in one answer of the API server when a watch begins: all Shards of a large cluster at
   * once do not fit into the operator's memory.
   */
  static final long PAGE_OBJECTS = 250;

  private static final String OURS = OwnedMetadata.MANAGED_BY + "=" + OwnedMetadata.OPERATOR;

  private Watches() {}

  static List<EventSource<?, KinesisStream>> of(EventSourceContext<KinesisStream> context) {
    return List.of(
        watch(StreamStorage.class, UnaryOperator.identity(), context),
        watch(Shard.class, UnaryOperator.identity(), context),
        watch(Service.class, InformerTransforms::service, context),
        watch(StatefulSet.class, InformerTransforms::statefulSet, context),
        watch(PersistentVolumeClaim.class, InformerTransforms::volumeClaim, context),
        watch(PodDisruptionBudget.class, InformerTransforms::disruptionBudget, context),
        watch(Pod.class, InformerTransforms::pod, context));
  }

  private static <T extends HasMetadata> InformerEventSource<T, KinesisStream> watch(
      Class<T> type, UnaryOperator<T> transform, EventSourceContext<KinesisStream> context) {
    InformerEventSourceConfiguration.Builder<T> watch =
        InformerEventSourceConfiguration.from(type, KinesisStream.class)
            .withLabelSelector(OURS)
            .withInformerListLimit(PAGE_OBJECTS)
            .withSecondaryToPrimaryMapper(Watches::stream);
    if (isOneInformer(context)) {
      watch.withItemStore(new TransformingItemStore<>(transform));
    }
    return new InformerEventSource<>(watch.build(), context);
  }

  /** Several namespaces have one informer each, and a store must not be shared by two of them. */
  private static boolean isOneInformer(EventSourceContext<KinesisStream> context) {
    return context.getControllerConfiguration().getInformerConfig().getNamespaces().size() == 1;
  }

  private static Set<ResourceID> stream(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(OwnedMetadata.STREAM_NAME))
        .map(name -> Set.of(new ResourceID(name, object.getMetadata().getNamespace())))
        .orElse(Set.of());
  }

  /** The key of a stream in {@link #BY_STREAM_NAME}. */
  static List<String> streamName(KinesisStream stream) {
    return List.of(stream.getMetadata().getNamespace() + "/" + DesiredStream.nameOf(stream));
  }
}
