// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.session;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.shard.ShardLeader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Appends each batch exactly once, however often it has to be sent: a batch whose answer was lost
 * is retried under the same number, and the shard returns the original answer.
 *
 * <p>A rejected first attempt has certainly not been applied, since there was no other. After an
 * attempt whose outcome is unknown, only the state of the shard is conclusive: the batch was
 * appended, or the shard was sealed without it. A later rejection says nothing about the earlier
 * attempt, which may still arrive; so the batch is retried for {@link #REPEAT_MILLIS} and then
 * fails with an unknown outcome.
 *
 * <p>Callable from any thread; never blocks.
 */
public final class SessionWriter {
  /** For how long after its first attempt a batch is retried. */
  static final long REPEAT_MILLIS = 6_000;

  /** How long a batch may wait for its first attempt while too many others are in flight. */
  static final long WAIT_MILLIS = 4_000;

  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long MAX_PAUSE_MILLIS = 500;

  /** How often one batch opens a new session because the shard has evicted the last one. */
  private static final int MAX_REOPENINGS = 3;

  /**
   * Above this number of sessions, idle ones are discarded; a new one is opened when the shard is
   * used again.
   */
  private static final int SESSIONS = 16_384;

  private final ShardLeader leader;
  private final TaskTimer timer;
  private final LongSupplier nanoTime;
  private final Map<ShardRef, CompletableFuture<Opening>> sessions = new ConcurrentHashMap<>();

  /** The result of opening a session. */
  private sealed interface Opening {
    record Ready(ShardSession session) implements Opening {}

    /** The shard accepts no batches; this is the answer to each. */
    record Rejected(AppendOutcome answer) implements Opening {}
  }

  /**
   * @param nanoTime monotonic time
   */
  public SessionWriter(ShardLeader leader, TaskTimer timer, LongSupplier nanoTime) {
    this.leader = leader;
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  /**
   * Appends the records that are within the shard's limits, in the order of the batch. The answer
   * is never {@link Outcome.OutsideWindow}. The stage fails with {@link LogRefusedException}, whose
   * reason says whether the records may have been appended.
   */
  public CompletionStage<AppendOutcome> append(ShardRef shard, RecordBatch records) {
    PendingBatch batch = new PendingBatch(shard, records);
    batch.begin();
    return batch.answer;
  }

  /** As {@link ShardLeader#successors}; empty if its leader cannot be asked now. */
  public CompletionStage<List<ShardDefinition>> successors(ShardRef sealed) {
    return invoke(() -> leader.successors(sealed)).exceptionally(failure -> List.of());
  }

  private CompletableFuture<Opening> open(ShardRef shard) {
    if (sessions.size() > SESSIONS) {
      sessions.values().removeIf(SessionWriter::isIdle);
    }
    CompletableFuture<Opening> created = new CompletableFuture<>();
    CompletableFuture<Opening> existing = sessions.putIfAbsent(shard, created);
    if (existing != null) {
      return existing;
    }
    invoke(() -> leader.openSession(shard))
        .whenComplete(
            (result, failure) -> {
              switch (result) {
                case Outcome.SessionOpened opened ->
                    created.complete(new Opening.Ready(new ShardSession(opened.session())));
                case Outcome.Sealed sealed -> reject(shard, created, sealed);
                case Outcome.NoSuchShard none -> reject(shard, created, none);
                case null -> {
                  sessions.remove(shard, created);
                  created.completeExceptionally(notOpened(shard, failure));
                }
              }
            });
    return created;
  }

  private void reject(ShardRef shard, CompletableFuture<Opening> opening, AppendOutcome answer) {
    sessions.remove(shard, opening);
    opening.complete(new Opening.Rejected(answer));
  }

  private static boolean isIdle(CompletableFuture<Opening> opening) {
    return opening.state() == Future.State.SUCCESS
        && opening.resultNow() instanceof Opening.Ready(ShardSession session)
        && session.isIdle();
  }

  /**
   * Certain even if the session may have been opened: the batches that wait for it were not sent.
   */
  private static LogRefusedException notOpened(ShardRef shard, Throwable failure) {
    Throwable cause = CompletionFailures.cause(failure);
    return cause instanceof LogRefusedException refused
            && refused.reason() != Reason.UNKNOWN_OUTCOME
        ? refused
        : new LogRefusedException(
            Reason.NOT_LEADER, "shard " + shard + " did not open a session: " + cause, cause);
  }

  /** Converts an exception into a failed stage, so that no batch stays in flight forever. */
  private static <T> CompletionStage<T> invoke(Supplier<CompletionStage<T>> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** One batch until it is answered. */
  private final class PendingBatch {
    private final ShardRef shard;
    private final RecordBatch records;
    private final long startNanos = nanoTime.getAsLong();
    private final CompletableFuture<AppendOutcome> answer = new CompletableFuture<>();
    private int reopenings;

    PendingBatch(ShardRef shard, RecordBatch records) {
      this.shard = shard;
      this.records = records;
    }

    void begin() {
      CompletableFuture<Opening> opened = open(shard);
      opened.whenComplete(
          (opening, failure) -> {
            switch (opening) {
              case Opening.Ready(ShardSession session) -> {
                if (!session.submit(number -> sendFirst(opened, number))) {
                  answer.completeExceptionally(
                      new LogRefusedException(
                          Reason.QUEUE_FULL,
                          "too many batches are waiting for shard " + shard,
                          null));
                }
              }
              case Opening.Rejected(AppendOutcome rejection) -> answer.complete(rejection);
              case null -> answer.completeExceptionally(CompletionFailures.cause(failure));
            }
          });
    }

    /**
     * A batch that waited too long for its number is not sent, since its client may have given up.
     */
    private void sendFirst(CompletableFuture<Opening> opened, ShardSession.BatchTicket number) {
      if (elapsedMillis() > WAIT_MILLIS) {
        number.settle();
        answer.completeExceptionally(
            new LogRefusedException(
                Reason.QUEUE_FULL, "shard " + shard + " has accepted no batch for too long", null));
      } else {
        attempt(opened, number, false, FIRST_PAUSE_MILLIS);
      }
    }

    private long elapsedMillis() {
      return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNanos);
    }

    /**
     * Sends the batch.
     *
     * @param retry whether an earlier attempt may have arrived or may still arrive
     * @param pauseMillis before another attempt
     */
    private void attempt(
        CompletableFuture<Opening> opened,
        ShardSession.BatchTicket number,
        boolean retry,
        long pauseMillis) {
      invoke(() -> leader.append(shard, number.batch(), retry, records))
          .whenComplete(
              (result, failure) -> {
                switch (result) {
                  case Outcome.OutsideWindow outside -> {
                    sessions.remove(shard, opened);
                    if (retry) {
                      failUnknown(number, "shard " + shard + " has evicted the writer's session");
                    } else {
                      number.settle();
                      reopen();
                    }
                  }
                  case null -> {
                    if (retry || isUnknown(failure)) {
                      attemptLater(opened, number, pauseMillis);
                    } else {
                      number.settle();
                      answer.completeExceptionally(CompletionFailures.cause(failure));
                    }
                  }
                  case Outcome.Appended appended -> complete(opened, number, appended);
                  case Outcome.Sealed sealed -> complete(opened, number, sealed);
                  case Outcome.NoSuchShard none -> complete(opened, number, none);
                }
              });
    }

    private void attemptLater(
        CompletableFuture<Opening> opened, ShardSession.BatchTicket number, long pauseMillis) {
      if (elapsedMillis() > REPEAT_MILLIS) {
        failUnknown(number, "no answer came about a batch for shard " + shard);
      } else {
        long nextPause = Math.min(2 * pauseMillis, MAX_PAUSE_MILLIS);
        timer.run(pauseMillis, () -> attempt(opened, number, true, nextPause));
      }
    }

    private void complete(
        CompletableFuture<Opening> opened, ShardSession.BatchTicket number, AppendOutcome result) {
      if (!(result instanceof Outcome.Appended)) {
        sessions.remove(shard, opened);
      }
      number.settle();
      answer.complete(result);
    }

    private void failUnknown(ShardSession.BatchTicket number, String message) {
      number.settle();
      answer.completeExceptionally(new LogRefusedException(Reason.UNKNOWN_OUTCOME, message, null));
    }

    private void reopen() {
      if (reopenings++ == MAX_REOPENINGS) {
        answer.completeExceptionally(
            new LogRefusedException(
                Reason.NOT_LEADER, "shard " + shard + " evicts every session immediately", null));
      } else {
        begin();
      }
    }

    private static boolean isUnknown(Throwable failure) {
      return !(CompletionFailures.cause(failure) instanceof LogRefusedException refused)
          || refused.reason() == Reason.UNKNOWN_OUTCOME;
    }
  }
}
