package dev.millrace.server.role;

import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What runs in this process, for those who ask after its health. */
@Singleton
public class RunningRole {
  private volatile @Nullable Role role;

  void started(Role started) {
    role = started;
  }

  /** The role; empty while it starts. */
  public Optional<Role> get() {
    return Optional.ofNullable(role);
  }
}
