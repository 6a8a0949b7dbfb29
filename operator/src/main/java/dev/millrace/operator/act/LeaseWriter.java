// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Gives a Lease back, so that another operator acts at once and not when it has expired. */
public final class LeaseWriter {
  private static final Logger LOG = Logger.getLogger(LeaseWriter.class);

  private LeaseWriter() {}

  /**
   * Gives back the Lease of an operator that writes nothing any more and has closed its client.
   *
   * @param identity of the operator; the Lease of another stays as it is
   */
  public static void giveBack(String namespace, String name, String identity) {
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      giveBack(client, client.leases().inNamespace(namespace).withName(name).get(), identity);
    } catch (KubernetesClientException e) {
      LOG.warnf("the Lease is not given back, and expires: %s", e.getMessage());
    }
  }

  private static void giveBack(KubernetesClient client, @Nullable Lease lease, String identity) {
    if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
      lease.getSpec().setHolderIdentity("");
      // Over the version that was read: whoever has taken the Lease meanwhile keeps it.
      client.resource(lease).update();
      LOG.info("the Lease is given back");
    }
  }
}
