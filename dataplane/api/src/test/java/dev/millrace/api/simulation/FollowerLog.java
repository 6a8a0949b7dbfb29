// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.LogPosition;

/** What a follower does with what its leader sends: entries, or rows in the place of entries. */
final class FollowerLog {
  private final SimulatedRaft raft;
  private final SimulatedDisk disk;
  private final SimulatedStore store;
  private final MemberHost host;

  FollowerLog(SimulatedRaft raft, SimulatedDisk disk, SimulatedStore store, MemberHost host) {
    this.raft = raft;
    this.disk = disk;
    this.store = store;
    this.host = host;
  }

  private SimulatedLog log() {
    return disk.log();
  }

  /** Stores entries if its log agrees up to them, and answers when they are fsynced. */
  void append(RaftMessage.Append append) {
    LogPosition previous = append.previous();
    boolean matches =
        previous.index() <= log().base().index()
            || log().termAt(previous.index()) == previous.term();
    if (!matches) {
      answer(append, false, Math.min(log().lastIndex(), previous.index() - 1));
      return;
    }
    append.entries().forEach(this::store);
    long last = previous.index() + append.entries().size();
    raft.commitTo(Math.min(append.commit(), last));
    if (disk.isSynced(Math.min(last, log().lastIndex()))) {
      answer(append, true, last);
    } else {
      host.sync(() -> answer(append, true, last));
    }
  }

  private void store(LogEntry entry) {
    if (entry.index() <= log().base().index() || log().termAt(entry.index()) == entry.term()) {
      return;
    }
    if (entry.index() <= log().lastIndex()) {
      if (entry.index() <= store.applied().index()) {
        throw new IllegalStateException(
            "the leader has another entry at %s, which is applied here".formatted(entry.at()));
      }
      log().truncateFrom(entry.index());
    }
    log().append(entry);
  }

  /** Takes over what the leader has applied, unless it is applied here. */
  void take(RaftMessage.TakeRows message) {
    LogPosition at = message.rows().at();
    if (at.index() > store.applied().index()) {
      store.take(message.rows());
      log().resetTo(at, message.members());
      disk.flushedAll(at, message.members());
      disk.syncNow();
    }
    if (disk.isSynced(at.index())) {
      answer(message, true, at.index());
    }
  }

  /** Answers in the term of the message; later there is another leader, who asks itself. */
  private void answer(RaftMessage message, boolean matches, long index) {
    if (message.term() == raft.term()) {
      host.send(
          new RaftMessage.AppendAnswer(message.to(), message.from(), raft.term(), matches, index));
    }
  }
}
