// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.Shard;
import dev.millrace.crds.StreamConsumer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What watches and the last pass know about a stream, and a way to ask the API server itself. The
 * objects are shared and must not be changed.
 *
 * @param claimants all KinesisStreams of the namespace that claim the same stream name
 * @param shards with the annotation of the stream
 * @param services with the annotation of the stream
 * @param statefulSets with the annotation of the stream
 * @param pods with the annotation of the stream
 * @param consumers StreamConsumers that name the stream
 * @param failures what failed in the last pass, and why
 * @param lookup reads from the API server
 */
public record StreamCaches(
    List<KinesisStream> claimants,
    Collection<Shard> shards,
    Collection<Service> services,
    Collection<StatefulSet> statefulSets,
    Collection<Pod> pods,
    Collection<StreamConsumer> consumers,
    List<String> failures,
    Lookup lookup) {

  /**
   * Reads single objects from the API server. Watches only see objects with the label of the
   * operator, and lag behind.
   */
  @FunctionalInterface
  public interface Lookup {
    /** The object, if it exists. */
    <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name);
  }
}
