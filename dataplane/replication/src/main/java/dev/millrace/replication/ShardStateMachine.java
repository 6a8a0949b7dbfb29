// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.LogEntryFormat;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.OutcomeFormat;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Hands committed entries to the store. Ratis calls it from one thread.
 *
 * <p>Ratis counts an entry whose apply failed as applied, and lives on after a failed log write. So
 * every failure here halts the process: the entry is found again at the next start.
 */
final class ShardStateMachine extends BaseStateMachine {
  /** Is told whether this member leads, by Ratis' threads. */
  @FunctionalInterface
  interface LeadershipListener {
    void leads(boolean now);
  }

  /** Is told that this member is behind the log of its group. */
  @FunctionalInterface
  interface BehindListener {
    /**
     * Writes it down.
     *
     * @param firstIndex the first entry that the other members' logs have and this member may need
     */
    void need(long firstIndex) throws IOException;
  }

  private final ShardStore store;
  private final StoreFlusher flusher;
  private final Halt halt;
  private final SegmentNames segments;
  private final BehindListener behind;
  private final int keptFlushes;

  /** What was durable at the last flushes, the oldest first. */
  private final Deque<Long> durables = new ArrayDeque<>();

  private final CompletableFuture<Void> leaderReady = new CompletableFuture<>();
  private volatile LeadershipListener leadership = now -> {};
  private volatile boolean stopping;

  ShardStateMachine(
      ShardStore store,
      StoreFlusher flusher,
      SegmentNames segments,
      BehindListener behind,
      int keptFlushes,
      Halt halt) {
    this.behind = behind;
    this.keptFlushes = keptFlushes;
    this.store = store;
    this.flusher = flusher;
    this.segments = segments;
    this.halt = halt;
  }

  /** Tells from now on whether this member leads. */
  void tell(LeadershipListener of) {
    leadership = of;
  }

  /** Completes when the group takes commands, or when it stopped before. */
  CompletableFuture<Void> leaderReady() {
    return leaderReady;
  }

  /** The group is about to be stopped by its owner. */
  void stopping() {
    stopping = true;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    // The group's folders are there, and it has neither voted nor answered yet.
    segments.forceFolders();
    LogPosition durable = store.durable();
    setLastAppliedTermIndex(TermIndex.valueOf(durable.term(), durable.index()));
  }

  /** Whether this member follows a leader at this moment. */
  boolean follows() {
    RaftServer server = getServer().getNow(null);
    try {
      return server != null && server.getDivision(getGroupId()).getInfo().isFollower();
    } catch (IOException e) {
      // The group is being closed.
      return false;
    }
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    LogPosition at = new LogPosition(entry.getTerm(), entry.getIndex());
    ByteString commands = entry.getStateMachineLogEntry().getLogData();
    try {
      List<Outcome> outcomes =
          store.apply(at, LogEntryFormat.decode(commands.asReadOnlyByteBuffer()));
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      flusher.applied(commands.size());
      return CompletableFuture.completedFuture(
          Message.valueOf(UnsafeByteOperations.unsafeWrap(OutcomeFormat.encode(outcomes))));
    } catch (RuntimeException | Error e) {
      halt.halt("the committed entry at " + at + " does not apply", e);
      throw e;
    }
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    LogPosition at = new LogPosition(term, index);
    try {
      store.skip(at);
    } catch (RuntimeException | Error e) {
      halt.halt("the committed entry at " + at + " cannot be skipped", e);
      throw e;
    }
    super.notifyTermIndexUpdated(term, index);
  }

  /**
   * Called by the log's writer before each fsync; what is thrown here fails the write. There is no
   * data beside the log, so all there is to do is for the names of its files.
   */
  @Override
  public CompletableFuture<Void> flush(long index) {
    try {
      segments.force();
      return CompletableFuture.completedFuture(null);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
    String index = failedEntry == null ? "an entry" : "the entry at " + failedEntry.getIndex();
    halt.halt("the Raft log cannot write " + index, cause);
  }

  @Override
  public void notifyLeaderReady() {
    leadership.leads(true);
    leaderReady.complete(null);
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pendingEntries) {
    leadership.leads(false);
  }

  /**
   * The leader has purged what this member lacks. It takes over what the others have applied before
   * its next start, and not while Raft applies entries here ({@link CatchUp}).
   */
  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex firstAvailable) {
    IllegalStateException lacking =
        new IllegalStateException(
            "the leader's log begins at %s, and this member has applied up to %s: it starts again and catches up"
                .formatted(firstAvailable, store.applied()));
    try {
      // What this member has acknowledged and not applied must be among what it takes over.
      long next = getServer().join().getDivision(getGroupId()).getRaftLog().getNextIndex();
      behind.need(Math.max(firstAvailable.getIndex(), next));
      halt.halt("this member is behind the log of its group", lacking);
    } catch (IOException | RuntimeException e) {
      halt.halt("that this member is behind the log of its group cannot be written down", e);
    }
    return CompletableFuture.failedFuture(lacking);
  }

  /**
   * Ratis closes its state machine last. It does so by itself after failures that it tells nobody
   * about, and the process would live on without a log.
   */
  @Override
  public void close() throws IOException {
    super.close();
    if (!stopping) {
      IllegalStateException stopped = new IllegalStateException("Ratis closed the group");
      leaderReady.completeExceptionally(stopped);
      halt.halt("the Raft group stopped by itself at " + store.applied(), stopped);
    }
  }

  /** Notes that more is durable. */
  void flushed() {
    synchronized (durables) {
      durables.addLast(store.durable().index());
      if (durables.size() > keptFlushes + 1) {
        durables.removeFirst();
      }
    }
  }

  /**
   * Returns the index up to which Ratis purges the log: what the store had made durable some
   * flushes ago; -1 if there were not so many. Nothing is flushed here, since Ratis calls this on
   * the thread that applies; {@link StoreFlusher} asks for a snapshot after each flush.
   */
  @Override
  public long takeSnapshot() {
    synchronized (durables) {
      return durables.size() > keptFlushes ? durables.getFirst() : -1;
    }
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    LogPosition durable = store.durable();
    return durable.equals(LogPosition.NONE)
        ? null
        : new FileListSnapshotInfo(List.<FileInfo>of(), durable.term(), durable.index());
  }
}
