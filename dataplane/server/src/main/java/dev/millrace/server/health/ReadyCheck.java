// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.health;

import dev.millrace.server.role.RoleHolder;
import dev.millrace.server.role.RunningRole;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Up while the role can serve requests: a shard pod's shards are open, its log runs and its disk
 * has space; a gateway watches the custom resources.
 */
@Readiness
@Singleton
public class ReadyCheck implements HealthCheck {
  private final RoleHolder role;

  public ReadyCheck(RoleHolder role) {
    this.role = role;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("can do its work")
        .status(role.get().map(RunningRole::isReady).orElse(false))
        .build();
  }
}
