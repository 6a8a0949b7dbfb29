// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What runs in this process, for those who ask after its health. */
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
