// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaStatus;
import java.util.Map;
import java.util.Optional;

/**
 * A ResourceQuota of a namespace.
 *
 * @param name its {@code metadata.name}
 * @param hard how much there may be, by resource name
 * @param used how much there is
 */
public record ObservedQuota(String name, Map<String, Quantity> hard, Map<String, Quantity> used) {
  public ObservedQuota {
    hard = Map.copyOf(hard);
    used = Map.copyOf(used);
  }

  static ObservedQuota of(ResourceQuota quota) {
    Optional<ResourceQuotaStatus> status = Optional.ofNullable(quota.getStatus());
    return new ObservedQuota(
        quota.getMetadata().getName(),
        status.map(ResourceQuotaStatus::getHard).orElse(Map.of()),
        status.map(ResourceQuotaStatus::getUsed).orElse(Map.of()));
  }

  /** Whether it counts everything of a namespace and not only pods of some kind. */
  static boolean isForAll(ResourceQuota quota) {
    return quota.getSpec() != null
        && quota.getSpec().getScopeSelector() == null
        && (quota.getSpec().getScopes() == null || quota.getSpec().getScopes().isEmpty());
  }
}
