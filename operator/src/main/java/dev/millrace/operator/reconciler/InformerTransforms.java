// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.crds.Shard;
import dev.millrace.crds.StreamStorage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;

/**
 * Reduces objects to what {@code observe} reads before they enter the caches. A pod takes tens of
 * KiB; its name, owner and address take a few hundred bytes.
 */
final class InformerTransforms {
  private InformerTransforms() {}

  static Shard shard(Shard shard) {
    return withoutFields(shard);
  }

  static StreamStorage storage(StreamStorage storage) {
    return withoutFields(storage);
  }

  static Service service(Service service) {
    service.setStatus(null);
    return withoutFields(service);
  }

  static StatefulSet statefulSet(StatefulSet set) {
    set.setStatus(null);
    return withoutFields(set);
  }

  static PersistentVolumeClaim volumeClaim(PersistentVolumeClaim claim) {
    claim.setStatus(null);
    return withoutFields(claim);
  }

  static Pod pod(Pod pod) {
    PodStatus status = pod.getStatus();
    pod.setSpec(null);
    pod.setStatus(
        new PodStatusBuilder().withPhase(status.getPhase()).withPodIP(status.getPodIP()).build());
    return withoutFields(pod);
  }

  private static <T extends HasMetadata> T withoutFields(T object) {
    object.getMetadata().setManagedFields(List.of());
    return object;
  }
}
