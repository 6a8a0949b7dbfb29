// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.grpc.server.PeerConnections;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.impl.LostAcknowledgements;
import org.jboss.logging.Logger;

/**
 * Tries to reach the other members again soon. gRPC waits longer after each failed attempt, up to
 * two minutes, and has no setting for it: members that all start again, at different times, would
 * find each other late. And has what a member may have missed with its last connection sent to it
 * again.
 *
 * @see LostAcknowledgements
 */
final class PromptReconnection implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PromptReconnection.class);

  /** A member that is away costs an attempt each second. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final RaftServer server;
  private final RaftGroupId group;
  private final Supplier<Set<UUID>> others;
  private Map<RaftPeerId, Long> behind = Map.of();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("raft-reconnection").factory());

  /**
   * Begins.
   *
   * @param others ids of the other members
   */
  PromptReconnection(RaftServer server, RaftGroupId group, Supplier<Set<UUID>> others) {
    this.server = server;
    this.group = group;
    this.others = others;
    timer.scheduleWithFixedDelay(
        this::reconnect, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void reconnect() {
    for (UUID member : others.get()) {
      try {
        PeerConnections.retry(server, RaftPeerId.valueOf(member.toString()));
      } catch (IOException | RuntimeException e) {
        // A run that fails would be the last one. Ratis is stopping, or has no connection yet.
        LOG.debugf(e, "no connection to member %s", member);
      }
    }
    try {
      behind = LostAcknowledgements.sendAgain(server.getDivision(group), behind);
    } catch (IOException e) {
      LOG.debugf(e, "group %s is being closed", group);
    } catch (RuntimeException e) {
      LOG.warnf(e, "what a member may have missed was not sent to it again, group %s", group);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
