// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.command.LogEntryFormat;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.OutcomeFormat;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Group commit in front of one Raft group: while entries are in flight, commands gather; the next
 * entry takes all of them that fit. So the load sets the size of the entries, and a lone command
 * waits for nobody.
 *
 * <p>Callable from any thread. Whichever thread finds work to do while no other does it becomes the
 * one that hands entries to Raft; this keeps their order without a lock held across the hand-over.
 */
final class RaftShardLog implements ShardLog {

  /** Runs something later, on any thread. */
  @FunctionalInterface
  interface Timer {
    void after(long nanos, Runnable task);
  }

  /** Hands one entry to Raft. */
  @FunctionalInterface
  interface Submission {
    CompletableFuture<RaftClientReply> submit(Message entry) throws IOException;
  }

  private record Pending(Command command, int bytes, CompletableFuture<Outcome> answer) {
    Pending(Command command) {
      this(command, LogEntryFormat.sizeBytes(command), new CompletableFuture<>());
    }
  }

  private static final String NOT_LEADING = "this member does not lead the group";

  private final RaftBounds bounds;
  private final Submission raft;
  private final Supplier<CompletionStage<Void>> confirmation;
  private final Supplier<FeatureLevel> level;
  private final LongSupplier nanos;
  private final Timer timer;
  private final AtomicInteger work = new AtomicInteger();

  private final Object lock = new Object();
  private final Queue<Pending> waiting = new ArrayDeque<>();
  private long pendingBytes;
  private int pendingCommands;
  private int inFlight;
  private final Gathering gathering;
  private boolean isTimed;
  private boolean leads;
  private boolean closed;
  private final CompletableFuture<Void> idle = new CompletableFuture<>();

  /**
   * A log that does not lead yet.
   *
   * @param confirmation proves that this member leads
   * @param level what all members of the group can read of its log
   * @param nanos a clock that cannot be set, in nanoseconds
   * @param timer ends the wait for other commands
   */
  RaftShardLog(
      RaftBounds bounds,
      Submission raft,
      Supplier<CompletionStage<Void>> confirmation,
      Supplier<FeatureLevel> level,
      LongSupplier nanos,
      Timer timer) {
    this.nanos = nanos;
    this.timer = timer;
    this.gathering = new Gathering(bounds.gatherWait());
    this.bounds = bounds;
    this.raft = raft;
    this.confirmation = confirmation;
    this.level = level;
  }

  @Override
  public CompletionStage<Outcome> propose(Command command) {
    return proposeAll(List.of(command)).getFirst();
  }

  /** None is handed over before all wait, so that they share an entry as far as they fit. */
  @Override
  public List<CompletionStage<Outcome>> proposeAll(List<Command> commands) {
    List<Pending> coming = commands.stream().map(Pending::new).toList();
    List<CompletionStage<Outcome>> answers = new ArrayList<>(coming.size());
    synchronized (lock) {
      for (Pending pending : coming) {
        Optional<LogRefusedException> refusal = refusal(pending.command(), pending.bytes());
        if (refusal.isPresent()) {
          answers.add(CompletableFuture.failedFuture(refusal.get()));
        } else {
          pendingBytes += pending.bytes();
          pendingCommands++;
          waiting.add(pending);
          answers.add(pending.answer());
        }
      }
    }
    handOver();
    return answers;
  }

  @Override
  public boolean leads() {
    synchronized (lock) {
      return leads && !closed;
    }
  }

  @Override
  public CompletionStage<Void> confirm() {
    return leads()
        ? confirmation.get()
        : CompletableFuture.failedStage(
            new LogRefusedException(Reason.NOT_LEADER, NOT_LEADING, null));
  }

  /** Why a command of this size cannot wait now. Called under the lock. */
  private Optional<LogRefusedException> refusal(Command command, int bytes) {
    if (bytes + LogEntryFormat.OVERHEAD_BYTES > bounds.maxEntryBytes()) {
      return refused(
          Reason.TOO_LARGE,
          "a command of %d bytes does not fit a log entry of %d"
              .formatted(bytes, bounds.maxEntryBytes()));
    }
    if (bytes + LogEntryFormat.OVERHEAD_BYTES > RaftBounds.SMALL_ENTRY_BYTES
        && level.get().compareTo(FeatureLevel.LARGE_ENTRIES) < 0) {
      return refused(
          Reason.MEMBER_OUTDATED,
          "a command of %d bytes does not fit a log entry of %d, which a member that runs an earlier build can read"
              .formatted(bytes, RaftBounds.SMALL_ENTRY_BYTES));
    }
    if (command instanceof Command.AppendRecords append
        && append.records().isEncrypted()
        && level.get().compareTo(FeatureLevel.ENCRYPTED_RECORDS) < 0) {
      return refused(
          Reason.MEMBER_OUTDATED,
          "a member of the group runs an earlier build, which cannot read encrypted records");
    }
    if (closed) {
      return refused(Reason.NOT_LEADER, "the log is closing");
    }
    if (!leads) {
      return refused(Reason.NOT_LEADER, NOT_LEADING);
    }
    if (pendingBytes + bytes > bounds.pendingBytes()
        || pendingCommands == bounds.pendingCommands()) {
      return refused(
          Reason.QUEUE_FULL,
          "%d commands of %d bytes are waiting for the log"
              .formatted(pendingCommands, pendingBytes));
    }
    return Optional.empty();
  }

  private static Optional<LogRefusedException> refused(Reason reason, String message) {
    return Optional.of(new LogRefusedException(reason, message, null));
  }

  /**
   * Says whether this member leads; at first it does not. What waits when leadership goes is
   * refused at once, so that its callers try the next leader; what is in flight is Raft's.
   */
  void leads(boolean now) {
    List<Pending> refused;
    synchronized (lock) {
      leads = now;
      refused = now ? List.of() : takeWaiting();
    }
    refuse(refused, NOT_LEADING);
  }

  /**
   * Refuses what comes and what still waits. The future completes when what is in flight has been
   * answered: whoever stops Raft before leaves its callers without knowing.
   */
  CompletableFuture<Void> close() {
    List<Pending> refused;
    synchronized (lock) {
      closed = true;
      refused = takeWaiting();
      if (inFlight == 0) {
        idle.complete(null);
      }
    }
    refuse(refused, "the log is closing");
    return idle;
  }

  private static boolean isNotLeading(
      @Nullable RaftClientReply reply, @Nullable Throwable failure) {
    Throwable cause = reply != null ? reply.getException() : failure;
    return cause != null && CompletionFailures.cause(cause) instanceof NotLeaderException;
  }

  private List<Pending> takeAllWaiting() {
    synchronized (lock) {
      return takeWaiting();
    }
  }

  /** Called under the lock. */
  private List<Pending> takeWaiting() {
    List<Pending> taken = List.copyOf(waiting);
    waiting.clear();
    pendingCommands -= taken.size();
    taken.forEach(pending -> pendingBytes -= pending.bytes());
    return taken;
  }

  private static void refuse(List<Pending> refused, String why) {
    refused.forEach(
        pending ->
            pending
                .answer()
                .completeExceptionally(new LogRefusedException(Reason.NOT_LEADER, why, null)));
  }

  private void handOver() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (List<Pending> batch = next(); !batch.isEmpty(); batch = next()) {
        submit(batch);
      }
      seen = work.addAndGet(-seen);
    } while (seen != 0);
  }

  private List<Pending> next() {
    synchronized (lock) {
      if (inFlight == bounds.entriesInFlight() || waiting.isEmpty() || isHeld()) {
        return List.of();
      }
      List<Pending> batch = new ArrayList<>();
      int bytes = 0;
      for (Pending head = waiting.peek(); head != null; head = waiting.peek()) {
        bytes += head.bytes();
        boolean full = bytes > bounds.batchBytes() || batch.size() == bounds.batchCommands();
        if (full && !batch.isEmpty()) {
          break;
        }
        batch.add(waiting.remove());
      }
      if (!batch.isEmpty()) {
        inFlight++;
      }
      return batch;
    }
  }

  /** Whether what waits is to wait for more. Called under the lock. */
  private boolean isHeld() {
    if (pendingBytes >= bounds.batchBytes() || waiting.size() >= bounds.batchCommands()) {
      return false;
    }
    long remaining = gathering.remaining(waiting.size(), nanos.getAsLong());
    if (remaining > 0 && !isTimed) {
      isTimed = true;
      timer.after(remaining, this::goOn);
    }
    return remaining > 0;
  }

  private void goOn() {
    synchronized (lock) {
      isTimed = false;
    }
    handOver();
  }

  private void submit(List<Pending> batch) {
    long from = nanos.getAsLong();
    CompletableFuture<RaftClientReply> reply;
    try {
      ByteBuffer entry =
          LogEntryFormat.encode(batch.stream().map(Pending::command).toList(), level.get());
      // The array is ours alone and never written again, so Raft may keep it without a copy.
      reply = raft.submit(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)));
    } catch (IOException | RuntimeException | Error e) {
      // Whatever it was: the batch is answered, and the entry no longer counts as in flight.
      reply = CompletableFuture.failedFuture(e);
    }
    reply.whenComplete((answer, failure) -> answered(batch, from, answer, failure));
  }

  private void answered(
      List<Pending> batch,
      long from,
      @Nullable RaftClientReply reply,
      @Nullable Throwable failure) {
    long now = nanos.getAsLong();
    synchronized (lock) {
      inFlight--;
      pendingCommands -= batch.size();
      batch.forEach(pending -> pendingBytes -= pending.bytes());
      gathering.answered(batch.size(), waiting.size(), now - from, now);
    }
    if (isNotLeading(reply, failure)) {
      // Ratis answers what it has before it says that leadership is gone.
      refuse(takeAllWaiting(), NOT_LEADING);
    }
    // The next entry goes out before this one's callers do their part.
    handOver();
    try {
      List<Outcome> outcomes = outcomes(batch.size(), reply, failure);
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer().complete(outcomes.get(i));
      }
    } catch (LogRefusedException refusal) {
      batch.forEach(pending -> pending.answer().completeExceptionally(refusal));
    } finally {
      synchronized (lock) {
        if (closed && inFlight == 0) {
          idle.complete(null);
        }
      }
    }
  }

  private static List<Outcome> outcomes(
      int commands, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
    if (reply == null || !reply.isSuccess()) {
      throw refusal(reply != null && reply.getException() != null ? reply.getException() : failure);
    }
    try {
      List<Outcome> outcomes =
          OutcomeFormat.decode(reply.getMessage().getContent().asReadOnlyByteBuffer());
      if (outcomes.size() != commands) {
        throw new IllegalStateException(
            "expected %d outcomes, found %d".formatted(commands, outcomes.size()));
      }
      return outcomes;
    } catch (IllegalStateException e) {
      throw refusal(e);
    }
  }

  /**
   * Only what Raft refuses before it takes an entry is certainly not applied. A leader that stops
   * answers "not leader" or "unavailable" for entries that stand in its log, too.
   */
  private static LogRefusedException refusal(@Nullable Throwable failure) {
    Throwable cause = failure == null ? null : CompletionFailures.cause(failure);
    Reason reason =
        switch (cause) {
          case LeaderNotReadyException e -> Reason.NOT_LEADER;
          case LeaderSteppingDownException e -> Reason.NOT_LEADER;
          case ServerNotReadyException e -> Reason.NOT_LEADER;
          case null, default -> Reason.UNKNOWN_OUTCOME;
        };
    return new LogRefusedException(reason, "Raft answered " + cause, cause);
  }
}
