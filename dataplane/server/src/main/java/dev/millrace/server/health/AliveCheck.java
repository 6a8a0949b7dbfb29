// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.health;

import dev.millrace.server.role.RoleHolder;
import dev.millrace.server.role.RunningRole;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when the process must be restarted: its log has closed while the process still runs. */
@Liveness
@Singleton
public class AliveCheck implements HealthCheck {
  private final RoleHolder role;

  public AliveCheck(RoleHolder role) {
    this.role = role;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("can go on")
        .status(role.get().map(RunningRole::isAlive).orElse(true))
        .build();
  }
}
