// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;

/**
 * Reduces objects to what {@code observe} reads before they enter the caches. A pod takes tens of
 * KiB; its name, owner and address take a few hundred bytes. {@link LeanObjects} leaves out more.
 */
final class InformerTransforms {
  private InformerTransforms() {}

  static Service service(Service service) {
    service.setStatus(null);
    return service;
  }

  static StatefulSet statefulSet(StatefulSet set) {
    StatefulSetStatus status = set.getStatus();
    set.setStatus(
        status == null
            ? null
            : new StatefulSetStatusBuilder()
                .withObservedGeneration(status.getObservedGeneration())
                .withUpdateRevision(status.getUpdateRevision())
                .build());
    return set;
  }

  static PersistentVolumeClaim volumeClaim(PersistentVolumeClaim claim) {
    claim.setStatus(null);
    return claim;
  }

  static PodDisruptionBudget disruptionBudget(PodDisruptionBudget budget) {
    budget.setStatus(null);
    return budget;
  }

  static Pod pod(Pod pod) {
    PodStatus status = pod.getStatus();
    pod.setSpec(null);
    pod.setStatus(
        new PodStatusBuilder().withPhase(status.getPhase()).withPodIP(status.getPodIP()).build());
    return pod;
  }
}
