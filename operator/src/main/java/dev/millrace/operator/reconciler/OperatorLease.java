// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The election of one operator among several, by a Lease. The others watch already, and act once
 * they are elected. An operator that loses the Lease ends at once: what it has not written yet must
 * not be written after another has begun.
 *
 * <p>Records do not depend on it: a StreamStorage and a status are written over the version that
 * was observed, the creation history by its version, and calls to pods may be repeated.
 */
public final class OperatorLease {
  /** The name of the Lease. */
  static final String NAME = "millrace-operator";

  /** How long a Lease is valid that is not renewed: so long there may be no operator. */
  static final Duration DURATION = Duration.ofSeconds(15);

  /** The holder gives up if it could not renew for so long. */
  static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);

  /** Between two attempts to renew it or to get it. */
  static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

  private static final Logger LOG = Logger.getLogger(OperatorLease.class);

  private final Runnable end;
  private volatile boolean isStopping;

  /**
   * A Lease.
   *
   * @param end ends the process without waiting for anything
   */
  OperatorLease(Runnable end) {
    this.end = end;
  }

  /** The name of the pod; where there is none, nothing else elects. */
  static String identity() {
    return Optional.ofNullable(System.getenv("HOSTNAME"))
        .orElseGet(() -> "process-" + ProcessHandle.current().pid());
  }

  /** From now on the Lease is given up because the process stops. */
  void stopping() {
    isStopping = true;
  }

  /**
   * The settings of the election.
   *
   * @param namespace of the Lease
   * @param identity of this operator in the Lease, which no other has
   */
  // The builder cannot say that the process is not to be ended by System.exit, which waits.
  @SuppressWarnings("deprecation")
  LeaderElectionConfiguration configuration(String namespace, String identity) {
    return new LeaderElectionConfiguration(
        NAME,
        namespace,
        DURATION,
        RENEW_DEADLINE,
        RETRY_PERIOD,
        identity,
        new LeaderCallbacks(
            () -> LOG.info("elected: this operator acts"),
            this::lost,
            leader -> LOG.infof("the operator that acts is %s", leader)),
        false);
  }

  private void lost() {
    if (!isStopping) {
      LOG.error("the Lease is lost: another operator may act");
      end.run();
    }
  }
}
