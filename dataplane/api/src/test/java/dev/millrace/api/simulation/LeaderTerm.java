// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One term of one leader: it replicates its log, commits what a majority has fsynced, proves that
 * it has not been replaced, and replaces members.
 */
final class LeaderTerm {
  private static final int MOST_ENTRIES = 10;
  private static final int REPLACE_MILLIS = 10_000;
  private static final int KEEPS_UP_MILLIS = 1_000;

  private final World world;
  private final SimulatedRaft raft;
  private final SimulatedDisk disk;
  private final SimulatedStore store;
  private final MemberHost host;
  private final long term;
  private final Map<MemberId, Follower> followers = new TreeMap<>();
  private final SortedMap<Long, CompletableFuture<Outcome>> proposed = new TreeMap<>();
  private final TermProofs proofs;
  private Optional<Replacement> replacement = Optional.empty();
  private long firstIndex;

  private static final class Follower {
    private long next;
    private long matched;
    private long heardMillis;
    private long rowsMillis;
  }

  /** A disk that gets the entries before it is a member. */
  private record Replacement(MemberId lost, MemberId fresh, long deadlineMillis) {}

  LeaderTerm(
      World world, SimulatedRaft raft, SimulatedDisk disk, SimulatedStore store, MemberHost host) {
    this.world = world;
    this.raft = raft;
    this.disk = disk;
    this.store = store;
    this.host = host;
    this.term = raft.term();
    this.proofs = new TermProofs(world, raft, host);
  }

  /** Appends an entry of the new term, with which all before it is committed. */
  void begin() {
    firstIndex = raft.log().lastIndex() + 1;
    append(new LogEntry.Content.Nothing());
  }

  /** Whether what earlier leaders committed is applied. */
  boolean leads() {
    return store.applied().index() >= firstIndex;
  }

  long term() {
    return term;
  }

  private long append(LogEntry.Content content) {
    long index = raft.log().lastIndex() + 1;
    raft.log().append(new LogEntry(new LogPosition(term, index), content));
    host.sync(this::commit);
    replicate();
    return index;
  }

  CompletionStage<Outcome> propose(ByteBuffer entry) {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    proposed.put(append(new LogEntry.Content.Commands(entry)), answer);
    if (world.has(GroupBug.COMMITS_BEFORE_A_MAJORITY)) {
      raft.commitTo(raft.log().lastIndex());
    }
    return answer;
  }

  void applied(LogEntry entry, List<Outcome> outcomes) {
    Optional.ofNullable(proposed.remove(entry.index()))
        .ifPresent(answer -> answer.complete(outcomes.getFirst()));
    MemberSet members = raft.members();
    boolean isChangeCommitted = raft.log().membersAt(entry.index()).equals(members);
    if (leads() && members.isChanging() && isChangeCommitted) {
      append(new LogEntry.Content.Members(members.changed()));
    }
  }

  /** Sends every follower what it does not have, at least a heartbeat. */
  void replicate() {
    Set<MemberId> receivers = new HashSet<>(raft.members().all());
    replacement = replacement.filter(change -> world.time().nowMillis() < change.deadlineMillis());
    replacement.ifPresent(change -> receivers.add(change.fresh()));
    receivers.remove(raft.self());
    followers.keySet().retainAll(receivers);
    receivers.stream().sorted().forEach(this::replicate);
  }

  private void replicate(MemberId member) {
    Follower follower = followers.computeIfAbsent(member, m -> newFollower());
    SimulatedLog log = raft.log();
    if (follower.next <= log.base().index()) {
      sendRows(member, follower);
      return;
    }
    LogPosition previous = new LogPosition(log.termAt(follower.next - 1), follower.next - 1);
    List<LogEntry> entries = log.from(follower.next, world.chance(60) ? 1 : MOST_ENTRIES);
    follower.next += entries.size();
    host.send(
        new RaftMessage.Append(
            raft.self(), member, term, previous, entries, store.applied().index()));
  }

  private Follower newFollower() {
    Follower follower = new Follower();
    follower.next = raft.log().lastIndex() + 1;
    return follower;
  }

  private void sendRows(MemberId member, Follower follower) {
    long now = world.time().nowMillis();
    if (now - follower.rowsMillis > 500) {
      follower.rowsMillis = now;
      host.send(
          new RaftMessage.TakeRows(
              raft.self(),
              member,
              term,
              store.rows(),
              raft.log().membersAt(store.applied().index())));
    }
  }

  void answered(RaftMessage.AppendAnswer answer) {
    Follower follower = followers.get(answer.from());
    if (follower == null) {
      return;
    }
    follower.heardMillis = world.time().nowMillis();
    if (answer.matches()) {
      follower.matched = Math.max(follower.matched, answer.index());
      follower.next = Math.max(follower.next, follower.matched + 1);
      commit();
      replacement.filter(change -> change.fresh().equals(answer.from())).ifPresent(this::admit);
    } else {
      follower.next = answer.index() + 1;
    }
  }

  /**
   * Commits what a majority has fsynced, if the last of it is of this term (Raft paper, section
   * 5.4.2).
   */
  private void commit() {
    SimulatedLog log = raft.log();
    boolean any = world.has(GroupBug.EARLIER_TERMS_ARE_COMMITTED_BY_COUNTING);
    for (long index = log.lastIndex(); index > store.applied().index(); index--) {
      long at = index;
      if (log.termAt(at) != term && !any) {
        return;
      }
      if (raft.members().isMajority(member -> has(member, at))) {
        raft.commitTo(at);
        return;
      }
    }
  }

  private boolean has(MemberId member, long index) {
    return member.equals(raft.self())
        ? disk.isSynced(index)
        : Optional.ofNullable(followers.get(member)).filter(f -> f.matched >= index).isPresent();
  }

  TermProofs proofs() {
    return proofs;
  }

  /** Begins to replace a lost disk, if the other members keep up without it. */
  void replace(MemberId lost, MemberId fresh) {
    MemberSet members = raft.members();
    long now = world.time().nowMillis();
    boolean keepUp =
        members.isMajority(
            member ->
                member.equals(raft.self())
                    || (!member.equals(lost)
                        && Optional.ofNullable(followers.get(member))
                            .filter(f -> now - f.heardMillis < KEEPS_UP_MILLIS)
                            .isPresent()));
    boolean isAsExpected = members.after().contains(lost) && !members.after().contains(fresh);
    if (leads() && keepUp && isAsExpected && !members.isChanging() && replacement.isEmpty()) {
      replacement = Optional.of(new Replacement(lost, fresh, now + REPLACE_MILLIS));
    }
  }

  /** Makes the new disk a member once it has all entries but the last few. */
  private void admit(Replacement change) {
    MemberSet members = raft.members();
    boolean keepsUp =
        Optional.ofNullable(followers.get(change.fresh()))
            .filter(f -> f.matched + 3 >= raft.log().lastIndex())
            .isPresent();
    if (keepsUp && !members.isChanging()) {
      replacement = Optional.empty();
      MemberSet next = members.replacing(change.lost(), change.fresh());
      append(new LogEntry.Content.Members(next));
    }
  }

  /** Another member leads. What was proposed may still be committed. */
  void end() {
    Reason reason =
        world.has(GroupBug.LOST_LEADERSHIP_IS_TAKEN_FOR_A_REFUSAL)
            ? Reason.NOT_LEADER
            : Reason.UNKNOWN_OUTCOME;
    List<CompletableFuture<Outcome>> unanswered = List.copyOf(proposed.values());
    proposed.clear();
    unanswered.forEach(
        answer ->
            answer.completeExceptionally(
                new LogRefusedException(reason, "this member leads no more", null)));
    proofs.end();
  }
}
