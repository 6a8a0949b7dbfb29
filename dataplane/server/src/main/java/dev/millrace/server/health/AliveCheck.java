package dev.millrace.server.health;

import dev.millrace.server.role.Role;
import dev.millrace.server.role.RunningRole;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when only a new process helps: the log has closed while the process lives on. */
@Liveness
@Singleton
public class AliveCheck implements HealthCheck {
  private final RunningRole role;

  public AliveCheck(RunningRole role) {
    this.role = role;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("can go on")
        .status(role.get().map(Role::isAlive).orElse(true))
        .build();
  }
}
