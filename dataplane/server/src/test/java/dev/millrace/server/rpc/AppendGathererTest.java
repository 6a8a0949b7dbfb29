// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.shard.NumberedBatch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Batches that wait for one pod travel together, each keeps its own outcome, and none is called not
 * appended that may have been.
 */
class AppendGathererTest {
  private static final int OVERHEAD = GatherBounds.BATCH_OVERHEAD_BYTES;

  private final Queue<Runnable> turns = new ArrayDeque<>();
  private final List<Request> sent = new ArrayList<>();
  private long nowNanos = Long.MAX_VALUE - 1_000_000;

  /** A request on its way. */
  private record Request(List<NumberedBatch> batches, CompletableFuture<List<BatchAnswer>> answer) {
    List<Long> numbers() {
      return batches.stream().map(batch -> batch.number().number()).toList();
    }

    void succeed() {
      answer.complete(batches.stream().map(AppendGathererTest::appended).toList());
    }

    void fail(Reason reason) {
      answer.completeExceptionally(new LogRefusedException(reason, "scripted", null));
    }
  }

  private AppendGatherer gatherer(GatherBounds bounds) {
    return new AppendGatherer("pod", bounds, turns::add, () -> nowNanos, this::send);
  }

  private CompletableFuture<List<BatchAnswer>> send(List<NumberedBatch> batches) {
    sent.add(new Request(batches, new CompletableFuture<>()));
    return sent.getLast().answer();
  }

  private void runTurns() {
    for (Runnable turn = turns.poll(); turn != null; turn = turns.poll()) {
      turn.run();
    }
  }

  private static GatherBounds bounds(int requestBytes, int requestBatches, int requestsInFlight) {
    return new GatherBounds(
        requestBytes, requestBatches, requestsInFlight, 1 << 20, 10_000, Duration.ofSeconds(3));
  }

  private static NumberedBatch batch(long number, int bytes) {
    return new NumberedBatch(
        new ShardRef(new StreamId(1), new ShardId((int) (number % 3))),
        new BatchNumber(1, number, 0),
        false,
        new RecordBatch(1, ByteBuffer.allocate(bytes)));
  }

  /** An outcome by which the batch is known again. */
  private static BatchAnswer appended(NumberedBatch batch) {
    return new BatchAnswer.Resolved(outcome(batch.number().number()));
  }

  private static AppendOutcome outcome(long number) {
    return new Outcome.Appended(number, 7 * number, List.of());
  }

  private static CompletableFuture<AppendOutcome> append(AppendGatherer gatherer, long number) {
    return append(gatherer, number, 100);
  }

  private static CompletableFuture<AppendOutcome> append(
      AppendGatherer gatherer, long number, int bytes) {
    return gatherer.append(batch(number, bytes)).toCompletableFuture();
  }

  private static List<CompletableFuture<AppendOutcome>> appendRange(
      AppendGatherer gatherer, long from, long to) {
    List<CompletableFuture<AppendOutcome>> answers = new ArrayList<>();
    for (long number = from; number < to; number++) {
      answers.add(append(gatherer, number));
    }
    return answers;
  }

  private List<List<Long>> numbersSent() {
    runTurns();
    return sent.stream().map(Request::numbers).toList();
  }

  private static Reason reason(CompletableFuture<AppendOutcome> answer) {
    assertThat(answer).isCompletedExceptionally();
    return ((LogRefusedException) answer.exceptionNow()).reason();
  }

  @Test
  void aLoneBatchWaitsForNobodyAndWhatComesMeanwhileSharesTheNextRequest() {
    AppendGatherer gatherer = gatherer(bounds(10_000, 100, 1));
    CompletableFuture<AppendOutcome> first = append(gatherer, 1);
    assertThat(numbersSent()).containsExactly(List.of(1L));
    List<CompletableFuture<AppendOutcome>> others = appendRange(gatherer, 2, 5);
    assertThat(numbersSent()).containsExactly(List.of(1L));
    sent.getFirst().succeed();
    assertThat(numbersSent()).containsExactly(List.of(1L), List.of(2L, 3L, 4L));
    assertThat(first).isCompletedWithValue(outcome(1));
    assertThat(others).noneMatch(CompletableFuture::isDone);
    sent.getLast().succeed();
    runTurns();
    assertThat(others.get(2)).isCompletedWithValue(outcome(4));
    assertThat(gatherer.isIdle()).isTrue();
  }

  @Test
  void batchesThatComeWithinOneTurnShareARequest() {
    AppendGatherer gatherer = gatherer(bounds(10_000, 100, 2));
    appendRange(gatherer, 1, 5);
    assertThat(numbersSent()).containsExactly(List.of(1L, 2L, 3L, 4L));
  }

  @Test
  void aRequestTakesNoMoreThanItsBoundsUnlessOneBatchAloneIsLarger() {
    AppendGatherer gatherer = gatherer(bounds(4 * (100 + OVERHEAD), 3, 100));
    appendRange(gatherer, 1, 8);
    append(gatherer, 8, 5_000);
    append(gatherer, 9, 3 * (100 + OVERHEAD));
    append(gatherer, 10);
    append(gatherer, 11);
    assertThat(numbersSent())
        .containsExactly(
            List.of(1L, 2L, 3L), List.of(4L, 5L, 6L), List.of(7L), List.of(8L), List.of(9L));
    sent.forEach(Request::succeed);
    assertThat(numbersSent()).hasSize(6).endsWith(List.of(10L, 11L));
  }

  @Test
  void aRequestGoesOutBesideAnotherOnlyWhenItIsFull() {
    AppendGatherer gatherer = gatherer(bounds(4 * (100 + OVERHEAD), 100, 3));
    append(gatherer, 1);
    assertThat(numbersSent()).hasSize(1);
    appendRange(gatherer, 2, 5);
    assertThat(numbersSent()).hasSize(1);
    append(gatherer, 5);
    assertThat(numbersSent()).containsExactly(List.of(1L), List.of(2L, 3L, 4L, 5L));
    append(gatherer, 6);
    sent.getFirst().succeed();
    assertThat(numbersSent()).hasSize(2);
    sent.getLast().succeed();
    assertThat(numbersSent()).endsWith(List.of(6L));
  }

  @Test
  void requestsInFlightAreBounded() {
    AppendGatherer gatherer = gatherer(bounds(10_000, 1, 2));
    appendRange(gatherer, 1, 6);
    assertThat(numbersSent()).hasSize(2);
    sent.get(1).succeed();
    assertThat(numbersSent()).hasSize(3);
    sent.get(0).fail(Reason.UNKNOWN_OUTCOME);
    sent.get(2).fail(Reason.NOT_LEADER);
    assertThat(numbersSent()).hasSize(5);
  }

  @Test
  void aFullQueueRefusesAtOnceByNumberAndByBytesAndTakesAgainAfterwards() {
    AppendGatherer gatherer =
        gatherer(new GatherBounds(10_000, 100, 1, 2_000, 4, Duration.ofSeconds(3)));
    append(gatherer, 1);
    runTurns();
    appendRange(gatherer, 2, 6);
    assertThat(reason(append(gatherer, 6))).isEqualTo(Reason.QUEUE_FULL);
    sent.getFirst().succeed();
    runTurns();
    assertThat(append(gatherer, 7, 1_500)).isNotDone();
    assertThat(reason(append(gatherer, 8, 500))).isEqualTo(Reason.QUEUE_FULL);
    assertThat(append(gatherer, 9)).isNotDone();
    sent.getLast().succeed();
    assertThat(numbersSent())
        .containsExactly(List.of(1L), List.of(2L, 3L, 4L, 5L), List.of(7L, 9L));
  }

  @Test
  void aBatchThatWaitedTooLongIsRefusedAndNeverSent() {
    AppendGatherer gatherer = gatherer(bounds(10_000, 100, 1));
    append(gatherer, 1);
    runTurns();
    CompletableFuture<AppendOutcome> late = append(gatherer, 2);
    nowNanos += Duration.ofSeconds(2).toNanos();
    CompletableFuture<AppendOutcome> inTime = append(gatherer, 3);
    nowNanos += Duration.ofSeconds(2).toNanos();
    sent.getFirst().fail(Reason.UNKNOWN_OUTCOME);
    assertThat(numbersSent()).containsExactly(List.of(1L), List.of(3L));
    assertThat(reason(late)).isEqualTo(Reason.QUEUE_FULL);
    assertThat(inTime).isNotDone();
  }

  @Test
  void aLostAnswerLeavesThoseOfItsRequestUnknownAndTheOthersAlone() {
    AppendGatherer gatherer = gatherer(bounds(10_000, 2, 2));
    List<CompletableFuture<AppendOutcome>> answers = appendRange(gatherer, 1, 6);
    runTurns();
    sent.getFirst().fail(Reason.UNKNOWN_OUTCOME);
    runTurns();
    sent.get(1).succeed();
    runTurns();
    assertThat(answers.subList(0, 2)).allMatch(answer -> reason(answer) == Reason.UNKNOWN_OUTCOME);
    assertThat(answers.get(2)).isCompletedWithValue(outcome(3));
    assertThat(answers.get(4)).isNotDone();
  }

  @Test
  void whatWasNotHandedOverIsCertainlyNotAppended() {
    AppendGatherer gatherer = gatherer(bounds(10_000, 2, 1));
    List<CompletableFuture<AppendOutcome>> answers = appendRange(gatherer, 1, 4);
    runTurns();
    sent.getFirst().fail(Reason.NOT_LEADER);
    runTurns();
    assertThat(reason(answers.get(1))).isEqualTo(Reason.NOT_LEADER);
    assertThat(answers.get(2)).isNotDone();
  }

  @Test
  void answersToAnotherNumberOfBatchesAreNoAnswer() {
    AppendGatherer gatherer = gatherer(bounds(10_000, 100, 1));
    List<CompletableFuture<AppendOutcome>> answers = appendRange(gatherer, 1, 4);
    runTurns();
    sent.getFirst().answer().complete(List.of(appended(batch(1, 1)), appended(batch(2, 1))));
    runTurns();
    assertThat(answers).allMatch(answer -> reason(answer) == Reason.UNKNOWN_OUTCOME);
  }

  @Test
  void aSenderThatThrowsLeavesItsBatchesUnknownAndTheNextOnesMoving() {
    List<NumberedBatch> taken = new ArrayList<>();
    AppendGatherer gatherer =
        new AppendGatherer(
            "pod",
            bounds(10_000, 1, 1),
            turns::add,
            () -> nowNanos,
            batches -> {
              taken.addAll(batches);
              throw new IllegalStateException("closed");
            });
    List<CompletableFuture<AppendOutcome>> answers = appendRange(gatherer, 1, 4);
    runTurns();
    assertThat(taken).hasSize(3);
    assertThat(answers).allMatch(answer -> reason(answer) == Reason.UNKNOWN_OUTCOME);
  }

  /** What a batch's caller must be told, as soon as it is known. */
  private static final class Expected {
    private final Map<Long, AppendOutcome> outcomes = new HashMap<>();
    private final Map<Long, Reason> refusals = new HashMap<>();

    void check(long seed, Map<Long, CompletableFuture<AppendOutcome>> answers) {
      answers.forEach(
          (number, answer) -> {
            assertThat(answer).as("batch %d, seed %d", number, seed).isDone();
            if (answer.isCompletedExceptionally()) {
              assertThat(reason(answer))
                  .as("batch %d, seed %d", number, seed)
                  .isEqualTo(refusals.get(number));
            } else {
              assertThat(answer.join())
                  .as("batch %d, seed %d", number, seed)
                  .isEqualTo(outcomes.get(number));
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void eachCallerGetsWhatBecameOfItsBatchWhateverHappensToRequests(int requestsInFlight) {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      GatherBounds bounds =
          new GatherBounds(2_000, 6, requestsInFlight, 8_000, 25, Duration.ofSeconds(3));
      turns.clear();
      sent.clear();
      AppendGatherer gatherer = gatherer(bounds);
      Map<Long, CompletableFuture<AppendOutcome>> answers = new HashMap<>();
      Expected expected = new Expected();
      List<Request> open = new ArrayList<>();
      int seen = 0;
      int steps = 0;
      for (long number = 1;
          number <= 200 || answers.values().stream().anyMatch(a -> !a.isDone()); ) {
        assertThat(steps++).as("steps until all are answered, seed %d", seed).isLessThan(50_000);
        switch (random.nextInt(5)) {
          case 0, 1 -> {
            if (number <= 200) {
              answers.put(number, append(gatherer, number, random.nextInt(1, 3_000)));
              number++;
            }
          }
          case 2 -> {
            Runnable turn = turns.poll();
            if (turn != null) {
              turn.run();
            }
          }
          case 3 -> nowNanos += Duration.ofMillis(random.nextInt(300)).toNanos();
          default -> {
            if (!open.isEmpty()) {
              answer(open.remove(random.nextInt(open.size())), random, expected);
            }
          }
        }
        open.addAll(sent.subList(seen, sent.size()));
        seen = sent.size();
        assertThat(open.size()).as("seed %d", seed).isLessThanOrEqualTo(requestsInFlight);
      }
      Set<Long> travelled = new HashSet<>();
      sent.forEach(request -> travelled.addAll(request.numbers()));
      answers.keySet().stream()
          .filter(number -> !travelled.contains(number))
          .forEach(number -> expected.refusals.put(number, Reason.QUEUE_FULL));
      expected.check(seed, answers);
      List<Long> order = sent.stream().flatMap(request -> request.numbers().stream()).toList();
      assertThat(order).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
      assertThat(gatherer.isIdle()).as("seed %d", seed).isTrue();
    }
  }

  /** Answers a request, or loses the answer, or refuses all of it or some. */
  private static void answer(Request request, Random random, Expected expected) {
    int kind = random.nextInt(6);
    if (kind < 2) {
      Reason reason = kind == 0 ? Reason.UNKNOWN_OUTCOME : Reason.NOT_LEADER;
      request.numbers().forEach(number -> expected.refusals.put(number, reason));
      request.fail(reason);
      return;
    }
    List<BatchAnswer> answers = new ArrayList<>();
    for (NumberedBatch batch : request.batches()) {
      long number = batch.number().number();
      if (random.nextInt(4) == 0) {
        Reason reason = random.nextBoolean() ? Reason.DISK_FULL : Reason.UNKNOWN_OUTCOME;
        expected.refusals.put(number, reason);
        answers.add(new BatchAnswer.Refused(new LogRefusedException(reason, "scripted", null)));
      } else {
        expected.outcomes.put(number, outcome(number));
        answers.add(appended(batch));
      }
    }
    request.answer().complete(answers);
  }

  @Test
  void noBatchOfManyThreadsIsForgotten() throws Exception {
    int threads = 8;
    int rounds = 5_000;
    try (ExecutorService loop = Executors.newSingleThreadExecutor();
        ExecutorService pods = Executors.newFixedThreadPool(2);
        ExecutorService callers = Executors.newFixedThreadPool(threads)) {
      AppendGatherer gatherer =
          new AppendGatherer(
              "pod",
              bounds(10_000, 3, 2),
              loop,
              () -> nowNanos,
              batches ->
                  CompletableFuture.supplyAsync(
                      () -> batches.stream().map(AppendGathererTest::appended).toList(), pods));
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        long from = 1 + (long) t * rounds;
        done.add(
            callers.submit(
                () -> {
                  for (long number = from; number < from + rounds; number++) {
                    // Every thread waits, so a lost wake-up is seen by a batch that stays.
                    assertThat(append(gatherer, number, 10).get(20, TimeUnit.SECONDS))
                        .isEqualTo(outcome(number));
                  }
                  return null;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
      assertThat(gatherer.isIdle()).isTrue();
    }
  }
}
