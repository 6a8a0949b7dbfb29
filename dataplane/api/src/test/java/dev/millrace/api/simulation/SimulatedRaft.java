// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogEntryFormat;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardLog;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One member of a Raft group, as the paper has it: terms, votes, log matching and commit. What only
 * the leader does is in {@link LeaderTerm}.
 */
final class SimulatedRaft implements ShardLog {
  private static final int TICK_MILLIS = 100;

  /** Entries that are kept for members that were away for a moment. */
  private static final int KEPT_ENTRIES = 10;

  private final World world;
  private final SimulatedDisk disk;
  private final SimulatedStore store;
  private final MemberHost host;
  private final FollowerLog follower;
  private final Set<MemberId> votes = new HashSet<>();
  private Optional<LeaderTerm> leading = Optional.empty();
  private boolean isCandidate;
  private long electionMillis;

  SimulatedRaft(World world, SimulatedDisk disk, SimulatedStore store, MemberHost host) {
    this.world = world;
    this.disk = disk;
    this.store = store;
    this.host = host;
    this.follower = new FollowerLog(this, disk, store, host);
  }

  /** Begins with what is on the disk. */
  void start() {
    disk.repairTail();
    if (log().lastIndex() < disk.flushed().index()) {
      log().resetTo(disk.flushed(), disk.flushedMembers());
    }
    disk.syncNow();
    if (store.applied().index() < log().base().index()) {
      store.skip(log().base());
    }
    awaitLeader();
    tick();
  }

  private void tick() {
    if (leading.isPresent()) {
      leading.get().replicate();
    } else if (world.time().nowMillis() >= electionMillis && members().all().contains(self())) {
      campaign();
    }
    host.later(TICK_MILLIS, this::tick);
  }

  private void awaitLeader() {
    electionMillis = world.time().nowMillis() + world.between(1_000, 2_000);
  }

  MemberId self() {
    return disk.member();
  }

  SimulatedLog log() {
    return disk.log();
  }

  MemberSet members() {
    return log().members();
  }

  long term() {
    return disk.vote().term();
  }

  Optional<LeaderTerm> leading() {
    return leading;
  }

  private void campaign() {
    disk.save(new SimulatedDisk.Vote(term() + 1, Optional.of(self())));
    isCandidate = true;
    votes.clear();
    votes.add(self());
    awaitLeader();
    for (MemberId member : members().all()) {
      if (!member.equals(self())) {
        host.send(new RaftMessage.VoteRequest(self(), member, term(), log().last()));
      }
    }
  }

  private void follow(long term) {
    isCandidate = false;
    if (term > term()) {
      disk.save(new SimulatedDisk.Vote(term, Optional.empty()));
    }
    Optional<LeaderTerm> ended = leading;
    leading = Optional.empty();
    ended.ifPresent(LeaderTerm::end);
  }

  /** Takes a message if it is meant for this disk, and not for another one of the same pod. */
  void receive(RaftMessage message) {
    boolean isMine =
        message.to().equals(self())
            || (world.has(GroupBug.CALLS_FOR_A_LOST_DISK_ARE_ANSWERED)
                && message.to().pod() == self().pod());
    if (!isMine) {
      return;
    }
    if (message instanceof RaftMessage.TermQuestion question) {
      host.send(
          new RaftMessage.TermAnswer(question.to(), question.from(), term(), question.question()));
      return;
    }
    if (message.term() > term()) {
      follow(message.term());
    }
    switch (message) {
      case RaftMessage.VoteRequest request -> answer(request);
      case RaftMessage.VoteAnswer vote -> count(vote);
      case RaftMessage.Append append -> append(append);
      case RaftMessage.TakeRows rows -> take(rows);
      case RaftMessage.AppendAnswer answer when answer.term() == term() ->
          leading.ifPresent(leader -> leader.answered(answer));
      case RaftMessage.TermAnswer answer ->
          leading.ifPresent(leader -> leader.proofs().answered(answer));
      case RaftMessage.AppendAnswer late -> {}
      case RaftMessage.TermQuestion answered -> {}
    }
  }

  private void answer(RaftMessage.VoteRequest request) {
    LogPosition own = log().last();
    boolean hasAll =
        request.last().term() > own.term()
            || (request.last().term() == own.term() && request.last().index() >= own.index())
            || world.has(GroupBug.VOTES_FOR_A_SHORTER_LOG);
    Optional<MemberId> voted = disk.vote().candidate();
    boolean granted =
        request.term() == term()
            && hasAll
            && (voted.isEmpty() || voted.get().equals(request.from()));
    if (granted) {
      disk.save(new SimulatedDisk.Vote(term(), Optional.of(request.from())));
      awaitLeader();
    }
    host.send(new RaftMessage.VoteAnswer(request.to(), request.from(), term(), granted));
  }

  private void count(RaftMessage.VoteAnswer vote) {
    if (isCandidate && vote.granted() && vote.term() == term()) {
      votes.add(vote.from());
      if (members().isMajority(votes::contains)) {
        isCandidate = false;
        LeaderTerm leader = new LeaderTerm(world, this, disk, store, host);
        leading = Optional.of(leader);
        leader.begin();
      }
    }
  }

  private void append(RaftMessage.Append append) {
    if (append.term() < term()) {
      host.send(new RaftMessage.AppendAnswer(append.to(), append.from(), term(), false, 0));
      return;
    }
    follow(append.term());
    awaitLeader();
    follower.append(append);
  }

  private void take(RaftMessage.TakeRows rows) {
    if (rows.term() == term()) {
      awaitLeader();
      follower.take(rows);
    }
  }

  /** Applies what is committed. What cannot be applied ends the process. */
  void commitTo(long index) {
    while (store.applied().index() < Math.min(index, log().lastIndex())) {
      LogEntry entry = log().entry(store.applied().index() + 1);
      List<Outcome> outcomes =
          switch (entry.content()) {
            case LogEntry.Content.Commands(var bytes) -> store.apply(entry.at(), bytes);
            case LogEntry.Content.Members members -> skip(entry);
            case LogEntry.Content.Nothing nothing -> skip(entry);
          };
      leading.ifPresent(leader -> leader.applied(entry, outcomes));
    }
  }

  private List<Outcome> skip(LogEntry entry) {
    store.skip(entry.at());
    return List.of();
  }

  /** Makes all that is applied durable, and drops the entries that are no longer needed. */
  void flush() {
    store.flushAll();
    disk.flushedAll(store.applied(), log().membersAt(store.applied().index()));
  }

  void purge() {
    boolean early = world.has(GroupBug.LOG_IS_PURGED_BEFORE_THE_FLUSH);
    log().purgeTo(early ? store.applied().index() : disk.flushed().index() - KEPT_ENTRIES);
  }

  @Override
  public CompletionStage<Outcome> propose(Command command) {
    return leading
        .map(leader -> leader.propose(LogEntryFormat.encode(List.of(command))))
        .orElseGet(() -> CompletableFuture.failedStage(notLeader()));
  }

  @Override
  public CompletionStage<Void> confirm() {
    return leading
        .filter(leader -> leader.leads() || world.has(GroupBug.READS_BEFORE_ITS_FIRST_ENTRY))
        .map(leader -> leader.proofs().confirm())
        .orElseGet(() -> CompletableFuture.failedStage(notLeader()));
  }

  @Override
  public boolean leads() {
    return leading.filter(LeaderTerm::leads).isPresent();
  }

  static LogRefusedException notLeader() {
    return new LogRefusedException(Reason.NOT_LEADER, "another member leads", null);
  }
}
