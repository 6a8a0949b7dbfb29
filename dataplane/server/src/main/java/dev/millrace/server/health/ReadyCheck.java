package dev.millrace.server.health;

import dev.millrace.server.role.RunningRole;
import dev.millrace.server.role.Standalone;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Up while records can be written: started, the log runs, and the disk has room. */
@Readiness
@Singleton
public class ReadyCheck implements HealthCheck {
  private final RunningRole role;

  public ReadyCheck(RunningRole role) {
    this.role = role;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("takes records")
        .status(role.get().map(Standalone::isReady).orElse(false))
        .build();
  }
}
