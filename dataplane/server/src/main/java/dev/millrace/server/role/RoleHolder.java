// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds the role that runs in this process, for the health checks. */
@Singleton
public class RoleHolder {
  private volatile @Nullable RunningRole role;

  void started(RunningRole started) {
    role = started;
  }

  /** The role; empty while it starts. */
  public Optional<RunningRole> get() {
    return Optional.ofNullable(role);
  }
}
