// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.operator.config.OperatorSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Stops the operator, and gives its Lease back when nothing is written any more. */
@Singleton
public final class Stop {
  private static final Logger LOG = Logger.getLogger(Stop.class);

  /** Before anything that the operator works with is closed. */
  private static final int FIRST = 1;

  private final Operator operator;
  private final OperatorLease lease;
  private final OperatorSettings settings;

  public Stop(Operator operator, OperatorLease lease, OperatorSettings settings) {
    this.operator = operator;
    this.lease = lease;
    this.settings = settings;
  }

  /** The process waits for it. */
  void stop(@Observes @Priority(FIRST) ShutdownEvent event) {
    lease.stopping();
    operator.stop();
    settings.leaseNamespace().ifPresent(this::release);
  }

  /** With a client of its own: that of the operator is closed. */
  private void release(String namespace) {
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      lease.release(client, namespace, OperatorLease.identity());
    } catch (KubernetesClientException e) {
      LOG.warnf("the Lease is not given back: %s", e.getMessage());
    }
  }
}
