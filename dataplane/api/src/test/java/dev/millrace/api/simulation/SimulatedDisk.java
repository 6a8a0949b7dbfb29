// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.LogPosition;
import dev.millrace.core.stream.ShardRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One disk: what was written to it and what was fsynced. The end of a process loses neither, a
 * power cut loses what was not fsynced, or a part of it. Rows of the store are here once flushed.
 */
final class SimulatedDisk {
  /** The term that a member is in, and for whom it voted in it. */
  record Vote(long term, Optional<MemberId> candidate) {}

  private final World world;
  private final MemberId member;
  private SimulatedLog log;
  private SimulatedLog syncedLog;
  private Vote vote = new Vote(0, Optional.empty());
  private Vote syncedVote = vote;
  private final Map<ShardRef, SortedMap<Long, ByteBuffer>> rows = new HashMap<>();
  private LogPosition flushed = new LogPosition(0, 0);
  private MemberSet flushedMembers;
  private boolean isSyncing;
  private boolean isPowered = true;
  private List<Runnable> waiting = new ArrayList<>();

  SimulatedDisk(World world, MemberId member, MemberSet formedOf) {
    this.world = world;
    this.member = member;
    this.log = new SimulatedLog(formedOf);
    this.syncedLog = log.copy();
    this.flushedMembers = formedOf;
  }

  MemberId member() {
    return member;
  }

  SimulatedLog log() {
    return log;
  }

  Vote vote() {
    return vote;
  }

  /** Durable when it returns. */
  void save(Vote next) {
    vote = next;
    if (!world.has(GroupBug.VOTE_IS_NOT_DURABLE)) {
      syncedVote = next;
    }
  }

  /** Whether the entry of the log at an index, and so all before it, survive a power cut. */
  boolean isSynced(long index) {
    return (log.termAt(index) == syncedLog.termAt(index) && index <= syncedLog.lastIndex())
        || index <= log.base().index()
        || world.has(GroupBug.WRITTEN_COUNTS_AS_FSYNCED);
  }

  /** Fsyncs what was written before this call. Those who ask meanwhile share the next fsync. */
  void sync(Runnable done) {
    waiting.add(done);
    if (!isSyncing) {
      syncWaiting();
    }
  }

  private void syncWaiting() {
    List<Runnable> served = waiting;
    waiting = new ArrayList<>();
    isSyncing = !served.isEmpty();
    if (isSyncing) {
      SimulatedLog written = log.copy();
      int delay = world.chance(3) ? world.between(20, 400) : world.between(1, 5);
      world
          .time()
          .later(
              delay,
              () -> {
                if (isPowered) {
                  syncedLog = written;
                  served.forEach(Runnable::run);
                  syncWaiting();
                }
              });
    }
  }

  /** Fsyncs now, as a process does at its start. */
  void syncNow() {
    syncedLog = log.copy();
  }

  Map<ShardRef, SortedMap<Long, ByteBuffer>> rows() {
    return rows;
  }

  /** The rows of shards up to this entry, at least, are durable. */
  LogPosition flushed() {
    return flushed;
  }

  void flushed(ShardRef shard, SortedMap<Long, ByteBuffer> rowsOfShard) {
    rows.computeIfAbsent(shard, s -> new TreeMap<>()).putAll(rowsOfShard);
  }

  /** The members as of that entry: the log no longer needs to have it. */
  MemberSet flushedMembers() {
    return flushedMembers;
  }

  void flushedAll(LogPosition at, MemberSet members) {
    flushed = at;
    flushedMembers = members;
  }

  /** The same disk after a power cut: without what was not fsynced, or with a part of that. */
  SimulatedDisk afterPowerCut() {
    isPowered = false;
    SimulatedDisk left = new SimulatedDisk(world, member, MemberSet.UNKNOWN);
    left.log = syncedLog.copy();
    left.keepSome(log);
    left.syncedLog = left.log.copy();
    left.vote = syncedVote;
    left.syncedVote = syncedVote;
    left.rows.putAll(rows);
    left.flushedAll(flushed, flushedMembers);
    return left;
  }

  private void keepSome(SimulatedLog written) {
    boolean continues =
        written.base().index() <= log.lastIndex()
            && written.termAt(log.lastIndex()) == log.last().term();
    if (continues) {
      List<LogEntry> unsynced = written.from(log.lastIndex() + 1, Integer.MAX_VALUE / 2);
      int kept = world.between(0, unsynced.size());
      unsynced.subList(0, kept).forEach(log::append);
      if (kept < unsynced.size() && world.random().nextBoolean()) {
        log.append(unsynced.get(kept).torn());
      }
    }
  }

  /** Drops a last entry of which only a part is here. Nobody was told that it was stored. */
  void repairTail() {
    if (log.lastIndex() > log.base().index() && log.entry(log.lastIndex()).isTorn()) {
      log.truncateFrom(log.lastIndex());
    }
  }
}
