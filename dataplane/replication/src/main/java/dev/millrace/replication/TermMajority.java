// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final int needed;
  private final int members;
  private final AtomicInteger confirmed = new AtomicInteger(1);
  private final AtomicInteger silent = new AtomicInteger();
  private final CompletableFuture<Void> proof = new CompletableFuture<>();

  private TermMajority(long term, int members) {
    this.term = term;
    this.members = members;
    this.needed = members / 2 + 1;
  }

  /**
   * Asks for the proof.
   *
   * @param term in which this member leads
   * @param others the other members, and where they are asked
   */
  static CompletableFuture<Void> of(long term, Map<UUID, String> others, PeerTerms terms) {
    TermMajority majority = new TermMajority(term, others.size() + 1);
    others.forEach((member, address) -> terms.of(member, address).whenComplete(majority::answered));
    return majority.proof;
  }

  private void answered(@Nullable Long found, @Nullable Throwable failure) {
    if (found == null) {
      if (silent.incrementAndGet() > members - needed) {
        fail("too few members answer, the last one with " + failure);
      }
    } else if (found > term) {
      fail("a member is in term %d, and this leader in term %d".formatted(found, term));
    } else if (confirmed.incrementAndGet() >= needed) {
      proof.complete(null);
    }
  }

  private void fail(String why) {
    proof.completeExceptionally(
        new LogRefusedException(Reason.NOT_LEADER, "this leader is not confirmed: " + why, null));
  }
}
