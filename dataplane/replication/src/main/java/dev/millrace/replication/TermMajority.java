// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a leader has not been replaced: a majority of the group, the leader included, is
 * in no later term than it when asked. A member that votes is in the term of its vote from then on
 * (Raft paper, section 5.2), and two majorities share a member; so no later leader had been elected
 * when the question began, and nobody else can have acknowledged anything.
 *
 * <p>The read index of Ratis 3.3.0 is not used: once an index was confirmed, it answers later reads
 * at the same index without asking anybody ({@code ReadIndexHeartbeats.ackedCommitIndex}).
 */
final class TermMajority {
  private final long term;
  private final GroupConfiguration configuration;

  /** Those that are in no later term. */
  private final Set<UUID> confirmed = new HashSet<>();

  /** Those that may confirm still, or have. */
  private final Set<UUID> possible = new HashSet<>();

  private final CompletableFuture<Void> proof = new CompletableFuture<>();

  private TermMajority(long term, UUID self, GroupConfiguration configuration) {
    this.term = term;
    this.configuration = configuration;
    confirmed.add(self);
    possible.add(self);
  }

  /**
   * Asks for the proof.
   *
   * @param term in which this member leads
   * @param self its id
   */
  static CompletableFuture<Void> of(
      long term, UUID self, GroupConfiguration configuration, PeerTerms terms) {
    TermMajority majority = new TermMajority(term, self, configuration);
    Map<UUID, String> others = configuration.others(self);
    majority.possible.addAll(others.keySet());
    if (configuration.isMajority(Set.of(self))) {
      // A member that is alone since a loss was accepted has nobody to ask.
      majority.proof.complete(null);
    }
    others.forEach(
        (member, address) ->
            terms
                .of(member, address)
                .whenComplete((found, failure) -> majority.answered(member, found, failure)));
    return majority.proof;
  }

  private void answered(UUID member, @Nullable Long found, @Nullable Throwable failure) {
    if (found == null) {
      if (!canStillBe(member)) {
        fail("too few members answer, the last one with " + failure);
      }
    } else if (found > term) {
      fail("a member is in term %d, and this leader in term %d".formatted(found, term));
    } else if (isWith(member)) {
      proof.complete(null);
    }
  }

  /** Without a member that gives no answer. */
  private synchronized boolean canStillBe(UUID silent) {
    possible.remove(silent);
    return configuration.isMajority(possible);
  }

  private synchronized boolean isWith(UUID member) {
    confirmed.add(member);
    return configuration.isMajority(confirmed);
  }

  private void fail(String why) {
    proof.completeExceptionally(
        new LogRefusedException(Reason.NOT_LEADER, "this leader is not confirmed: " + why, null));
  }
}
