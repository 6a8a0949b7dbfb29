// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.operator.observe.StreamCaches;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/** Reads from the API server. */
record ApiServerLookup(KubernetesClient client) implements StreamCaches.Lookup {
  @Override
  public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
    return Optional.ofNullable(client.resources(type).inNamespace(namespace).withName(name).get());
  }

  @Override
  public List<ResourceQuota> quotas(String namespace) {
    return client.resourceQuotas().inNamespace(namespace).list().getItems();
  }
}
