// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.session;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.shard.ShardLeader;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Appends each batch once, however often it has to be sent: a batch whose answer was lost is sent
 * again under its number, and the shard answers as it did the first time.
 *
 * <p>A refusal of a first attempt is certain, since there was no other. After an attempt whose
 * outcome is not known, only what the shard's own state says counts: appended, or sealed without
 * it. A refusal on the way there says nothing of the earlier attempt, which may still arrive; so it
 * is asked again, for as long as {@link #REPEAT_MILLIS}, and then nobody knows.
 *
 * <p>Callable from any thread; never blocks.
 */
public final class SessionWriter {
  /** How long after its first attempt a batch is sent again. */
  static final long REPEAT_MILLIS = 6_000;

  /** How long a batch waits to be sent at all, while too many others are in flight. */
  static final long WAIT_MILLIS = 2_000;

  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  /** How often one batch opens a session anew, should the shard forget the one it has. */
  private static final int REOPENINGS = 3;

  /** Above so many sessions, those that are idle are given up; they are opened again when used. */
  private static final int SESSIONS = 16_384;

  private final ShardLeader leader;
  private final TaskTimer later;
  private final LongSupplier nanoTime;
  private final Map<ShardRef, CompletableFuture<Opening>> sessions = new ConcurrentHashMap<>();

  /** What came of opening a session. */
  private sealed interface Opening {
    record Ready(ShardSession session) implements Opening {}

    /** The shard takes no batch, and this is the answer to any. */
    record Over(AppendOutcome answer) implements Opening {}
  }

  /**
   * A writer.
   *
   * @param nanoTime a clock that nobody sets
   */
  public SessionWriter(ShardLeader leader, TaskTimer later, LongSupplier nanoTime) {
    this.leader = leader;
    this.later = later;
    this.nanoTime = nanoTime;
  }

  /**
   * Appends records, in the batch's order, as far as the shard's limits admit them; the answer is
   * never {@link Outcome.OutsideWindow}. A stage that fails does so with {@link
   * LogRefusedException}, whose reason says whether they may have been appended.
   */
  public CompletionStage<AppendOutcome> append(ShardRef shard, RecordBatch records) {
    Sending sending = new Sending(shard, records);
    sending.begin();
    return sending.answer;
  }

  private CompletableFuture<Opening> open(ShardRef shard) {
    if (sessions.size() > SESSIONS) {
      sessions.values().removeIf(SessionWriter::isIdle);
    }
    CompletableFuture<Opening> mine = new CompletableFuture<>();
    CompletableFuture<Opening> there = sessions.putIfAbsent(shard, mine);
    if (there != null) {
      return there;
    }
    called(() -> leader.openSession(shard))
        .whenComplete(
            (result, failure) -> {
              switch (result) {
                case Outcome.SessionOpened opened ->
                    mine.complete(new Opening.Ready(new ShardSession(opened.session())));
                case Outcome.Sealed sealed -> over(shard, mine, sealed);
                case Outcome.NoSuchShard none -> over(shard, mine, none);
                case null -> {
                  sessions.remove(shard, mine);
                  mine.completeExceptionally(notOpened(shard, failure));
                }
              }
            });
    return mine;
  }

  private void over(ShardRef shard, CompletableFuture<Opening> opening, AppendOutcome answer) {
    sessions.remove(shard, opening);
    opening.complete(new Opening.Over(answer));
  }

  private static boolean isIdle(CompletableFuture<Opening> opening) {
    return opening.state() == Future.State.SUCCESS
        && opening.resultNow() instanceof Opening.Ready(ShardSession session)
        && session.isIdle();
  }

  /** Whatever became of the session: the batches that wait for it were not sent. */
  private static LogRefusedException notOpened(ShardRef shard, Throwable failure) {
    Throwable cause = CompletionFailures.cause(failure);
    return cause instanceof LogRefusedException refused
            && refused.reason() != Reason.UNKNOWN_OUTCOME
        ? refused
        : new LogRefusedException(
            Reason.NOT_LEADER, "shard " + shard + " opened no session: " + cause, cause);
  }

  /** What is thrown is a failure like any other: nothing may be left in flight for ever. */
  private static <T> CompletionStage<T> called(Supplier<CompletionStage<T>> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** One batch on its way. */
  private final class Sending {
    private final ShardRef shard;
    private final RecordBatch records;
    private final long begun = nanoTime.getAsLong();
    private final CompletableFuture<AppendOutcome> answer = new CompletableFuture<>();
    private int reopenings;

    Sending(ShardRef shard, RecordBatch records) {
      this.shard = shard;
      this.records = records;
    }

    void begin() {
      CompletableFuture<Opening> opened = open(shard);
      opened.whenComplete(
          (opening, failure) -> {
            switch (opening) {
              case Opening.Ready(ShardSession session) -> {
                if (!session.submit(number -> first(opened, number))) {
                  answer.completeExceptionally(
                      new LogRefusedException(
                          Reason.QUEUE_FULL, "too many batches wait for shard " + shard, null));
                }
              }
              case Opening.Over(AppendOutcome over) -> answer.complete(over);
              case null -> answer.completeExceptionally(CompletionFailures.cause(failure));
            }
          });
    }

    /** A batch that waited too long for its number is not sent: who put it may have given up. */
    private void first(CompletableFuture<Opening> opened, ShardSession.Numbered number) {
      if (elapsedMillis() > WAIT_MILLIS) {
        number.settle();
        answer.completeExceptionally(
            new LogRefusedException(
                Reason.QUEUE_FULL, "shard " + shard + " takes no batch for too long", null));
      } else {
        attempt(opened, number, false, FIRST_PAUSE_MILLIS);
      }
    }

    private long elapsedMillis() {
      return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - begun);
    }

    /**
     * Sends the batch.
     *
     * @param again whether an earlier attempt may still arrive, or has arrived
     * @param pauseMillis before another attempt
     */
    private void attempt(
        CompletableFuture<Opening> opened,
        ShardSession.Numbered number,
        boolean again,
        long pauseMillis) {
      called(() -> leader.append(shard, number.batch(), again, records))
          .whenComplete(
              (result, failure) -> {
                switch (result) {
                  case Outcome.OutsideWindow outside -> {
                    sessions.remove(shard, opened);
                    if (again) {
                      nobodyKnows(number, "shard " + shard + " forgot the writer's session");
                    } else {
                      number.settle();
                      reopen();
                    }
                  }
                  case null -> {
                    if (again || isUnknown(failure)) {
                      attemptLater(opened, number, pauseMillis);
                    } else {
                      number.settle();
                      answer.completeExceptionally(CompletionFailures.cause(failure));
                    }
                  }
                  case Outcome.Appended appended -> settled(opened, number, appended);
                  case Outcome.Sealed sealed -> settled(opened, number, sealed);
                  case Outcome.NoSuchShard none -> settled(opened, number, none);
                }
              });
    }

    private void attemptLater(
        CompletableFuture<Opening> opened, ShardSession.Numbered number, long pauseMillis) {
      if (elapsedMillis() > REPEAT_MILLIS) {
        nobodyKnows(number, "no answer came about a batch for shard " + shard);
      } else {
        long nextPause = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        later.run(pauseMillis, () -> attempt(opened, number, true, nextPause));
      }
    }

    private void settled(
        CompletableFuture<Opening> opened, ShardSession.Numbered number, AppendOutcome result) {
      if (!(result instanceof Outcome.Appended)) {
        sessions.remove(shard, opened);
      }
      number.settle();
      answer.complete(result);
    }

    private void nobodyKnows(ShardSession.Numbered number, String message) {
      number.settle();
      answer.completeExceptionally(new LogRefusedException(Reason.UNKNOWN_OUTCOME, message, null));
    }

    private void reopen() {
      if (reopenings++ == REOPENINGS) {
        answer.completeExceptionally(
            new LogRefusedException(
                Reason.NOT_LEADER, "shard " + shard + " forgets every session at once", null));
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
