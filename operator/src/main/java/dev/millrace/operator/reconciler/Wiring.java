// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.operator.act.AccessKeyGenerator;
import dev.millrace.operator.act.GatewayCertificates;
import dev.millrace.operator.act.InstallationAuthority;
import dev.millrace.operator.act.OperatorTls;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.pods.BoundedCalls;
import dev.millrace.operator.pods.HttpShardPods;
import dev.millrace.operator.pods.RememberedReports;
import dev.millrace.operator.resource.ResourceNames;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Creates the dependencies of the reconcilers. */
@Singleton
public final class Wiring {
  /** Maximum number of concurrent calls to pods and the API server, over all streams. */
  static final int MOST_CALLS = 32;

  @Produces
  @Singleton
  OperatorSettings settings() {
    return OperatorSettings.of(System.getenv());
  }

  @Produces
  @Singleton
  OperatorLease lease() {
    return new OperatorLease(() -> Runtime.getRuntime().halt(Main.LEASE_LOST));
  }

  /** Null: there is only this operator. The framework looks for it by its type. */
  @Produces
  @Dependent
  @Unremovable
  @Nullable LeaderElectionConfiguration election(OperatorSettings settings, OperatorLease lease) {
    return settings
        .leaseNamespace()
        .map(namespace -> lease.configuration(namespace, OperatorLease.identity()))
        .orElse(null);
  }

  @Produces
  @Singleton
  BoundedCalls calls() {
    return new BoundedCalls(MOST_CALLS);
  }

  void close(@Disposes BoundedCalls calls) {
    calls.close();
  }

  @Produces
  @Singleton
  @Typed(HttpShardPods.class)
  HttpShardPods httpPods(InstallationAuthority authority, InstantSource time) {
    return new HttpShardPods(ResourceNames.RPC_PORT, new OperatorTls(authority, time));
  }

  void close(@Disposes HttpShardPods pods) {
    pods.close();
  }

  @Produces
  @Singleton
  RememberedReports pods(HttpShardPods pods, InstantSource time) {
    return new RememberedReports(pods, time);
  }

  /**
   * In the namespace of the operators, which a process outside of a cluster takes from its client.
   */
  @Produces
  @Singleton
  InstallationAuthority authority(
      OperatorSettings settings, KubernetesClient client, InstantSource time) {
    return new InstallationAuthority(
        client, settings.leaseNamespace().orElseGet(client::getNamespace), time);
  }

  @Produces
  @Singleton
  GatewayCertificates gatewayCertificates(
      KubernetesClient client, InstallationAuthority authority, InstantSource time) {
    return new GatewayCertificates(client, authority, time);
  }

  void close(@Disposes GatewayCertificates certificates) {
    certificates.close();
  }

  @Produces
  @Singleton
  AccessKeyGenerator accessKeys() {
    return new AccessKeyGenerator(new SecureRandom()::nextInt);
  }

  @Produces
  @Singleton
  PodNotices notices() {
    return new PodNotices();
  }

  @Produces
  @Singleton
  InstantSource time() {
    return InstantSource.system();
  }
}
