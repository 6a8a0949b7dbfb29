// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Holds the role that runs in this process, for the health checks, and the process until the role
 * has ended.
 */
@Singleton
public class RoleHolder {
  /** As long as Kubernetes gives a pod; each part of a role's end has a bound of its own. */
  private static final Duration LONGEST_END = Duration.ofSeconds(60);

  private static final Logger LOG = Logger.getLogger(RoleHolder.class);

  private final CountDownLatch hasEnded = new CountDownLatch(1);
  private volatile @Nullable RunningRole role;

  void started(RunningRole started) {
    role = started;
  }

  /** The role; empty while it starts. */
  public Optional<RunningRole> get() {
    return Optional.ofNullable(role);
  }

  void ended() {
    hasEnded.countDown();
  }

  /**
   * After SIGTERM, Quarkus ends its parts and then the JVM without waiting for the main thread,
   * which hands leadership over and flushes the store meanwhile.
   */
  void awaitEnd(@Observes ShutdownEvent shutdown) throws InterruptedException {
    if (role != null && !hasEnded.await(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
      LOG.warnf("the process ends before its parts, which took longer than %s", LONGEST_END);
    }
  }
}
