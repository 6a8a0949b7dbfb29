// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.Shard;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamStorage;
import dev.millrace.operator.resource.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What watches and the last pass know about a stream, and a way to ask the API server itself. The
 * objects are shared and must not be changed.
 *
 * @param claimants all KinesisStreams of the namespace that claim the same stream name
 * @param storage the StreamStorage with the stream's name
 * @param shards with the annotation of the stream
 * @param services with the annotation of the stream
 * @param statefulSets with the annotation of the stream
 * @param volumeClaims with the annotation of the stream
 * @param disruptionBudgets with the annotation of the stream
 * @param pods with the annotation of the stream
 * @param consumers StreamConsumers that name the stream
 * @param repaired objects that were repaired a short time ago
 * @param failures what failed in the last pass, and why
 * @param lookup reads from the API server
 */
public record StreamCaches(
    List<KinesisStream> claimants,
    Optional<StreamStorage> storage,
    Collection<Shard> shards,
    Collection<Service> services,
    Collection<StatefulSet> statefulSets,
    Collection<PersistentVolumeClaim> volumeClaims,
    Collection<PodDisruptionBudget> disruptionBudgets,
    Collection<Pod> pods,
    Collection<StreamConsumer> consumers,
    Set<ObjectKey> repaired,
    List<String> failures,
    Lookup lookup) {

  /**
   * Reads from the API server. Watches only see objects with the label of the operator, and lag
   * behind.
   */
  public interface Lookup {
    /** The object, if it exists. */
    <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name);

    /** The quotas of a namespace. */
    List<ResourceQuota> quotas(String namespace);
  }
}
