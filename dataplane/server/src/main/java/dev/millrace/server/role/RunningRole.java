package dev.millrace.server.role;

import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What runs in this process, for those who ask after its health. */
@Singleton
public class RunningRole {
  private volatile @Nullable Standalone standalone;

  void started(Standalone role) {
    standalone = role;
  }

  /** The role; empty while it starts. */
  public Optional<Standalone> get() {
    return Optional.ofNullable(standalone);
  }
}
