// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.pods.BoundedCalls;
import dev.millrace.operator.pods.HttpShardPods;
import dev.millrace.operator.pods.RememberedReports;
import dev.millrace.operator.resource.ResourceNames;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.InstantSource;

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
  BoundedCalls calls() {
    return new BoundedCalls(MOST_CALLS);
  }

  void close(@Disposes BoundedCalls calls) {
    calls.close();
  }

  @Produces
  @Singleton
  @Typed(HttpShardPods.class)
  HttpShardPods httpPods() {
    return new HttpShardPods(ResourceNames.RPC_PORT);
  }

  void close(@Disposes HttpShardPods pods) {
    pods.close();
  }

  @Produces
  @Singleton
  RememberedReports pods(HttpShardPods pods, InstantSource time) {
    return new RememberedReports(pods, time);
  }

  @Produces
  @Singleton
  InstantSource time() {
    return InstantSource.system();
  }
}
