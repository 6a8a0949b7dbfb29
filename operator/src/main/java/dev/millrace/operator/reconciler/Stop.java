// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.operator.act.LeaseWriter;
import dev.millrace.operator.config.OperatorSettings;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Stops the operator, and gives its Lease back when nothing is written any more. */
@Singleton
public final class Stop {
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
    settings
        .leaseNamespace()
        .ifPresent(
            namespace ->
                LeaseWriter.giveBack(namespace, OperatorLease.NAME, OperatorLease.identity()));
  }
}
