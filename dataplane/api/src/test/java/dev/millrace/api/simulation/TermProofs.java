// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The proofs of one leader that it had not been replaced when it was asked: a majority is in no
 * later term (ADR 23).
 */
final class TermProofs {
  private static final int TIMEOUT_MILLIS = 1_000;

  private final World world;
  private final SimulatedRaft raft;
  private final MemberHost host;
  private final long term;
  private final Map<Long, TermProof> open = new HashMap<>();
  private long questions;

  private record TermProof(Set<MemberId> agreed, CompletableFuture<Void> answer) {}

  TermProofs(World world, SimulatedRaft raft, MemberHost host) {
    this.world = world;
    this.raft = raft;
    this.host = host;
    this.term = raft.term();
  }

  /** Asks all other members. */
  CompletionStage<Void> confirm() {
    if (world.has(GroupBug.READS_WITHOUT_PROOF)) {
      return CompletableFuture.completedStage(null);
    }
    long question = ++questions;
    TermProof proof = new TermProof(new HashSet<>(Set.of(raft.self())), new CompletableFuture<>());
    open.put(question, proof);
    for (MemberId member : raft.members().all()) {
      if (!member.equals(raft.self())) {
        host.send(new RaftMessage.TermQuestion(raft.self(), member, term, question));
      }
    }
    host.later(TIMEOUT_MILLIS, () -> fail(question));
    return proof.answer();
  }

  void answered(RaftMessage.TermAnswer answer) {
    TermProof proof = open.get(answer.question());
    if (proof != null && answer.term() <= term) {
      proof.agreed().add(answer.from());
      if (raft.members().isMajority(proof.agreed()::contains)) {
        open.remove(answer.question());
        proof.answer().complete(null);
      }
    }
  }

  private void fail(long question) {
    TermProof proof = open.remove(question);
    if (proof != null) {
      proof.answer().completeExceptionally(SimulatedRaft.notLeader());
    }
  }

  /** Another member leads. */
  void end() {
    List.copyOf(open.keySet()).forEach(this::fail);
  }
}
