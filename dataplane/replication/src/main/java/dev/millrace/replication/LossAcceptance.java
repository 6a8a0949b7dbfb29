// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.LogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Takes a person's word that the disks of a majority are lost. What is to be done is written down,
 * and done by the next start ({@link AcceptedLossOrder}).
 *
 * @param dataFolder of this member
 */
record LossAcceptance(Path dataFolder, Leadership leadership) {
  private static final Logger LOG = Logger.getLogger(LossAcceptance.class);

  /**
   * Orders that this member goes on alone.
   *
   * @see RaftGroupHost#acceptLoss
   */
  Optional<String> order(
      Set<UUID> expected, Set<UUID> lost, LogPosition last, String request, Instant at)
      throws IOException {
    GroupConfiguration now = leadership.configuration();
    UUID self = leadership.self();
    if (isAlone(now, self)) {
      return Optional.empty();
    }
    Optional<String> obstacle = obstacle(now, expected, lost);
    if (obstacle.isPresent()) {
      return obstacle;
    }
    UUID group = leadership.group().getUuid();
    LossAudit line =
        new LossAudit(at, group, self, expected, lost, leadership.term(), last, request);
    line.append(dataFolder);
    new AcceptedLossOrder(group, self).write(dataFolder);
    LOG.warnf("a loss is accepted, the next start goes on with this disk alone: %s", line);
    return Optional.empty();
  }

  private static boolean isAlone(GroupConfiguration now, UUID self) {
    return now.members().keySet().equals(Set.of(self)) && !now.isChanging();
  }

  private Optional<String> obstacle(GroupConfiguration now, Set<UUID> expected, Set<UUID> lost) {
    UUID self = leadership.self();
    if (leadership.isHere() || leadership.isKnown()) {
      return Optional.of("the group has a leader");
    }
    // A change that was begun may have reached this member, and nobody else.
    if (!expected.equals(now.members().keySet()) && !expected.equals(now.before().keySet())) {
      return Optional.of("the members are %s".formatted(now.members().keySet()));
    }
    if (!expected.contains(self)) {
      return Optional.of("disk %s is not one of the members %s".formatted(self, expected));
    }
    if (lost.contains(self) || !expected.containsAll(lost)) {
      return Optional.of("the lost ones must be other members, found %s".formatted(lost));
    }
    return 2 * (expected.size() - lost.size()) > expected.size()
        ? Optional.of("a majority of the members %s is not lost".formatted(expected))
        : Optional.empty();
  }
}
