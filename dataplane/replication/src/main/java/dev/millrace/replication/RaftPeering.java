// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * How the members of a group find and trust each other.
 *
 * @param members with which the group is formed; {@code self} counts where none was formed on the
 *     disk yet
 * @param terms asks other members for their terms
 * @param certificates of this member; a group that is not alone has no other way to call
 */
public record RaftPeering(
    RaftMembers members, PeerTerms terms, Optional<RaftCertificates> certificates) {
  public RaftPeering {
    if (!members.isAlone() && certificates.isEmpty()) {
      throw new IllegalArgumentException("members that call each other need certificates");
    }
  }

  /** Of a group of one. */
  public static RaftPeering alone(UUID self) {
    return new RaftPeering(
        RaftMembers.alone(self),
        member -> CompletableFuture.failedStage(new IllegalStateException("there are no others")),
        Optional.empty());
  }

  /** Of one of several members. */
  public static RaftPeering of(
      RaftMembers members, PeerTerms terms, RaftCertificates certificates) {
    return new RaftPeering(members, terms, Optional.of(certificates));
  }

  /** The same for the member whose disk this is. */
  RaftPeering seenBy(UUID member) {
    return new RaftPeering(members.seenBy(member), terms, certificates);
  }
}
