// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.health;

import dev.millrace.server.role.RoleHolder;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Up once the log has been replayed and the port listens; a long replay is not a failure. */
@Startup
@Singleton
public class StartedCheck implements HealthCheck {
  private final RoleHolder role;

  public StartedCheck(RoleHolder role) {
    this.role = role;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("started").status(role.get().isPresent()).build();
  }
}
