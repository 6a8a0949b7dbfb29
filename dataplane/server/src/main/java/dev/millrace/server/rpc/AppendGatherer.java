// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.leader.shard.NumberedBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the batches that wait for one pod: while a request is in flight, batches wait; the next
 * request takes all of them that fit, in the order in which they came. So the load sets the size of
 * the requests, and a lone batch waits for nobody. Waiting for more is of no use to a full request,
 * so such a one does not wait for an answer, either.
 *
 * <p>Each batch has an outcome of its own. Those of a request that was sent and got no answer fail
 * with {@link Reason#UNKNOWN_OUTCOME}; a batch that was never sent fails with another reason.
 *
 * <p>Batches may be added from any thread. Requests are sent by one executor, which runs one task
 * after the other; this keeps their order.
 */
final class AppendGatherer {

  /** Sends requests. */
  @FunctionalInterface
  interface Sender {
    /**
     * Sends batches in one request.
     *
     * @return the answers, one for each batch in their order; fails with {@link
     *     LogRefusedException}, whose reason holds for all of them
     */
    CompletionStage<List<BatchAnswer>> send(List<NumberedBatch> batches);
  }

  private record Waiting(
      NumberedBatch batch, int bytes, long sinceNanos, CompletableFuture<AppendOutcome> answer) {
    void refuse(LogRefusedException refusal) {
      answer.completeExceptionally(refusal);
    }
  }

  private final String pod;
  private final GatherBounds bounds;
  private final Executor turns;
  private final LongSupplier nanoTime;
  private final Sender sender;

  private final Object lock = new Object();
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private int inFlight;
  private boolean turnIsDue;

  /**
   * A gatherer with nothing in it.
   *
   * @param pod where the batches go, for messages
   * @param turns runs one task after the other, soon
   * @param nanoTime a clock that nobody sets
   */
  AppendGatherer(
      String pod, GatherBounds bounds, Executor turns, LongSupplier nanoTime, Sender sender) {
    this.pod = pod;
    this.bounds = bounds;
    this.turns = turns;
    this.nanoTime = nanoTime;
    this.sender = sender;
  }

  /** Sends a batch with the next request that has room for it. */
  CompletionStage<AppendOutcome> append(NumberedBatch batch) {
    int bytes = batch.records().sizeBytes() + GatherBounds.BATCH_OVERHEAD_BYTES;
    Waiting coming = new Waiting(batch, bytes, nanoTime.getAsLong(), new CompletableFuture<>());
    boolean wake;
    synchronized (lock) {
      if (waiting.size() == bounds.waitingBatches()
          || waitingBytes + bytes > bounds.waitingBytes()) {
        return CompletableFuture.failedStage(
            new LogRefusedException(
                Reason.QUEUE_FULL,
                "%d batches of %d bytes wait for the pod at %s"
                    .formatted(waiting.size(), waitingBytes, pod),
                null));
      }
      waitingBytes += bytes;
      waiting.add(coming);
      wake = !turnIsDue && isDue();
      turnIsDue |= wake;
    }
    if (wake) {
      turns.execute(this::turn);
    }
    return coming.answer();
  }

  /** Whether nothing waits or is in flight. */
  boolean isIdle() {
    synchronized (lock) {
      return waiting.isEmpty() && inFlight == 0;
    }
  }

  /** Whether a request is to be sent now. Called under the lock. */
  private boolean isDue() {
    boolean full =
        waitingBytes >= bounds.requestBytes() || waiting.size() >= bounds.requestBatches();
    return inFlight == 0 || (full && inFlight < bounds.requestsInFlight());
  }

  private void turn() {
    synchronized (lock) {
      turnIsDue = false;
    }
    List<Waiting> late = new ArrayList<>();
    for (List<Waiting> next = next(late); !next.isEmpty(); next = next(late)) {
      send(next);
    }
    late.forEach(
        each ->
            each.refuse(
                new LogRefusedException(
                    Reason.QUEUE_FULL,
                    "the pod at %s takes no batch for too long".formatted(pod),
                    null)));
  }

  /** Takes what travels together; puts aside what waited too long. */
  private List<Waiting> next(List<Waiting> late) {
    long now = nanoTime.getAsLong();
    List<Waiting> next = new ArrayList<>();
    synchronized (lock) {
      if (!isDue()) {
        return next;
      }
      int bytes = 0;
      for (Waiting head = waiting.peek(); head != null; head = waiting.peek()) {
        if (now - head.sinceNanos() > bounds.waitingTime().toNanos()) {
          late.add(take());
          continue;
        }
        bytes += head.bytes();
        boolean full = bytes > bounds.requestBytes() || next.size() == bounds.requestBatches();
        if (full && !next.isEmpty()) {
          break;
        }
        next.add(take());
      }
      if (!next.isEmpty()) {
        inFlight++;
      }
    }
    return next;
  }

  private Waiting take() {
    Waiting taken = waiting.remove();
    waitingBytes -= taken.bytes();
    return taken;
  }

  private void send(List<Waiting> request) {
    CompletionStage<List<BatchAnswer>> answers;
    try {
      answers = sender.send(request.stream().map(Waiting::batch).toList());
    } catch (RuntimeException e) {
      answers = CompletableFuture.failedStage(e);
    }
    answers.whenComplete(
        (found, failure) -> turns.execute(() -> answered(request, found, failure)));
  }

  private void answered(
      List<Waiting> request, @Nullable List<BatchAnswer> answers, @Nullable Throwable failure) {
    synchronized (lock) {
      inFlight--;
    }
    // The next request goes out before this one's callers do their part.
    turn();
    if (answers == null || answers.size() != request.size()) {
      LogRefusedException refusal = refusal(request.size(), answers, failure);
      request.forEach(each -> each.refuse(refusal));
      return;
    }
    for (int i = 0; i < request.size(); i++) {
      Waiting each = request.get(i);
      switch (answers.get(i)) {
        case BatchAnswer.Resolved(AppendOutcome outcome) -> each.answer().complete(outcome);
        case BatchAnswer.Refused(LogRefusedException refusal) -> each.refuse(refusal);
      }
    }
  }

  private LogRefusedException refusal(
      int batches, @Nullable List<BatchAnswer> answers, @Nullable Throwable failure) {
    if (failure != null
        && CompletionFailures.cause(failure) instanceof LogRefusedException refused) {
      return refused;
    }
    return new LogRefusedException(
        Reason.UNKNOWN_OUTCOME,
        answers == null
            ? "the pod at %s gave no answer: %s".formatted(pod, failure)
            : "the pod at %s was asked about %d batches and answered about %d"
                .formatted(pod, batches, answers.size()),
        failure);
  }
}
