package dev.millrace.replication;

import dev.millrace.core.command.LogEntryFormat;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.OutcomeFormat;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
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
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Hands committed entries to the store. Ratis calls it from one thread.
 *
 * <p>Ratis counts an entry whose apply failed as applied, and lives on after a failed log write. So
 * every failure here halts the process: the entry is found again at the next start.
 */
final class ShardStateMachine extends BaseStateMachine {
  private final ShardStore store;
  private final Halt halt;
  private final CompletableFuture<Void> leaderReady = new CompletableFuture<>();

  ShardStateMachine(ShardStore store, Halt halt) {
    this.store = store;
    this.halt = halt;
  }

  /** Completes when the group takes commands. */
  CompletableFuture<Void> leaderReady() {
    return leaderReady;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    LogPosition durable = store.durable();
    setLastAppliedTermIndex(TermIndex.valueOf(durable.term(), durable.index()));
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    LogPosition at = new LogPosition(entry.getTerm(), entry.getIndex());
    try {
      List<Outcome> outcomes =
          store.apply(
              at,
              LogEntryFormat.decode(
                  entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer()));
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(
          Message.valueOf(UnsafeByteOperations.unsafeWrap(OutcomeFormat.encode(outcomes))));
    } catch (RuntimeException | Error e) {
      halt.halt("the committed entry at " + at + " does not apply", e);
      throw e;
    }
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    super.notifyTermIndexUpdated(term, index);
    store.skip(new LogPosition(term, index));
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
    String index = failedEntry == null ? "an entry" : "the entry at " + failedEntry.getIndex();
    halt.halt("the Raft log cannot write " + index, cause);
  }

  @Override
  public void notifyLeaderReady() {
    leaderReady.complete(null);
  }

  /** Makes everything applied durable; Ratis purges the log up to the index that is returned. */
  @Override
  public long takeSnapshot() {
    try {
      return store.flush().index();
    } catch (RuntimeException | Error e) {
      halt.halt("the store cannot be flushed", e);
      throw e;
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
