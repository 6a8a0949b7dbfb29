// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.OutcomeFormat;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Commands of many callers share entries while others are in flight; each caller gets its own
 * answer, in order, and a refusal never calls a command not applied that may have been.
 */
@Timeout(60)
class RaftShardLogTest {
  private static final Duration WAIT = Duration.ofMillis(1);

  private final TestingRaft raft = new TestingRaft();

  private record Timed(long due, Runnable task) {}

  /** In nanoseconds. */
  private final AtomicLong now = new AtomicLong();

  private final Queue<Timed> timed = new ConcurrentLinkedQueue<>();

  /** Lets time pass, and with it what is due then. */
  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
    while (!timed.isEmpty() && timed.element().due() <= now.get()) {
      timed.remove().task().run();
    }
  }

  private RaftShardLog log(TestingBounds bounds) {
    return leading(bounds, raft);
  }

  private RaftShardLog leading(TestingBounds bounds, RaftShardLog.Submission raft) {
    RaftShardLog log =
        new RaftShardLog(
            bounds.build(),
            raft,
            () -> CompletableFuture.completedStage(null),
            () -> FeatureLevel.NEWEST,
            now::get,
            (nanos, task) -> timed.add(new Timed(now.get() + nanos, task)));
    log.leads(true);
    return log;
  }

  private static CompletableFuture<Outcome> propose(RaftShardLog log, long number) {
    return log.propose(TestingCommands.append(number, 100)).toCompletableFuture();
  }

  private static List<CompletableFuture<Outcome>> propose(RaftShardLog log, long from, long to) {
    return LongStream.range(from, to).mapToObj(number -> propose(log, number)).toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private static void assertApplied(CompletableFuture<Outcome> answer, long number) {
    assertThat(answer).isCompletedWithValue(new Outcome.Appended(1, number));
  }

  private static void assertRefused(CompletableFuture<Outcome> answer, Reason reason) {
    assertThat(answer).isCompletedExceptionally();
    assertThat(answer.exceptionNow())
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void aLoneCommandWaitsForNobodyAndWhatComesMeanwhileSharesTheNextEntry() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1));
    List<CompletableFuture<Outcome>> answers = propose(log, 0, 60);
    assertThat(raft.entries()).containsExactly(List.of(0L));
    raft.succeed(0);
    assertThat(raft.entries()).containsExactly(List.of(0L), range(1, 60));
    assertApplied(answers.getFirst(), 0);
    assertThat(answers.subList(1, 60)).noneMatch(CompletableFuture::isDone);
    raft.succeed(1);
    for (int n = 1; n < 60; n++) {
      assertApplied(answers.get(n), n);
    }
  }

  @Test
  void whoeverWasAnsweredJustNowSharesTheNextEntryWithThoseThatWaited() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1).gatherWait(WAIT));
    propose(log, 0, 5);
    pass(WAIT.multipliedBy(2));
    raft.succeed(0);
    assertThat(raft.entries()).as("one more is expected").hasSize(1);
    propose(log, 5);
    assertThat(raft.entries()).containsExactly(List.of(0L), range(1, 6));
    pass(WAIT.multipliedBy(2));
    raft.succeed(1);
    propose(log, 6, 10);
    assertThat(raft.entries()).as("five were answered, four are back").hasSize(2);
    propose(log, 10);
    assertThat(raft.entries()).endsWith(range(6, 11));
  }

  @Test
  void commandsWaitForOthersThatDoNotComeNoLongerThanTheBound() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1).gatherWait(WAIT));
    propose(log, 0, 5);
    pass(WAIT.multipliedBy(2));
    raft.succeed(0);
    pass(WAIT.minusNanos(1));
    assertThat(raft.entries()).hasSize(1);
    pass(Duration.ofNanos(1));
    assertThat(raft.entries()).containsExactly(List.of(0L), range(1, 5));
    pass(WAIT.multipliedBy(4));
    raft.succeed(1);
    pass(WAIT);
    propose(log, 5);
    assertThat(raft.entries()).as("the wait was over before it came").endsWith(List.of(5L));
    raft.succeed(2);
    propose(log, 6);
    assertThat(raft.entries()).as("a lone caller waits for nobody").endsWith(List.of(6L));
    assertThat(timed).as("timers").isEmpty();
  }

  @Test
  void aFullEntryWaitsForNobody() {
    RaftShardLog log =
        log(new TestingBounds().entriesInFlight(1).batch(16 << 10, 4).gatherWait(WAIT));
    propose(log, 0, 9);
    raft.succeed(0);
    assertThat(raft.entries()).containsExactly(List.of(0L), range(1, 5));
  }

  @Test
  void whatWaitsForOthersIsRefusedWhenLeadershipGoes() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1).gatherWait(WAIT));
    List<CompletableFuture<Outcome>> answers = propose(log, 0, 3);
    pass(WAIT.multipliedBy(2));
    raft.succeed(0);
    log.leads(false);
    assertRefused(answers.get(1), Reason.NOT_LEADER);
    assertRefused(answers.get(2), Reason.NOT_LEADER);
    pass(WAIT);
    assertThat(raft.entries()).hasSize(1);
  }

  private static List<CompletableFuture<Outcome>> proposeAll(RaftShardLog log, long from, long to) {
    return log
        .proposeAll(
            LongStream.range(from, to)
                .mapToObj(number -> TestingCommands.append(number, 100))
                .toList())
        .stream()
        .map(CompletionStage::toCompletableFuture)
        .toList();
  }

  @Test
  void commandsThatComeTogetherShareAnEntryThoughNoneIsInFlight() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1));
    List<CompletableFuture<Outcome>> answers = proposeAll(log, 0, 5);
    assertThat(raft.entries()).containsExactly(range(0, 5));
    raft.succeed(0);
    for (int n = 0; n < 5; n++) {
      assertApplied(answers.get(n), n);
    }
  }

  @Test
  void ofCommandsThatComeTogetherThoseThatFitAreTaken() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1).pending(64 << 10, 3));
    List<CompletableFuture<Outcome>> answers = proposeAll(log, 0, 5);
    assertRefused(answers.get(3), Reason.QUEUE_FULL);
    assertRefused(answers.get(4), Reason.QUEUE_FULL);
    assertThat(raft.entries()).containsExactly(range(0, 3));
    raft.succeed(0);
    assertApplied(answers.get(2), 2);
  }

  @Test
  void anEntryTakesNoMoreThanItsBoundsUnlessOneCommandAloneIsLarger() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1).batch(1000, 3));
    propose(log, 0, 8);
    log.propose(TestingCommands.append(8, 5000));
    log.propose(TestingCommands.append(9, 400));
    log.propose(TestingCommands.append(10, 400));
    for (int entry = 0; entry < raft.entries().size(); entry++) {
      raft.succeed(entry);
    }
    assertThat(raft.entries())
        .containsExactly(
            range(0, 1),
            range(1, 4),
            range(4, 7),
            List.of(7L),
            List.of(8L),
            List.of(9L),
            List.of(10L));
  }

  @Test
  void entriesInFlightAreBounded() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(2));
    propose(log, 0, 5);
    assertThat(raft.entries()).containsExactly(List.of(0L), List.of(1L));
    raft.succeed(1);
    assertThat(raft.entries()).hasSize(3);
  }

  @Test
  void aFullQueueRefusesByNumberAndByBytesAndTakesAgainAfterwards() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1).pending(64 << 10, 10));
    propose(log, 0, 10);
    assertRefused(propose(log, 10), Reason.QUEUE_FULL);
    raft.succeed(0);
    assertThat(propose(log, 11)).isNotDone();
    assertRefused(propose(log, 12), Reason.QUEUE_FULL);
    raft.succeed(1);
    CompletableFuture<Outcome> large =
        log.propose(TestingCommands.append(13, 60_000)).toCompletableFuture();
    assertRefused(
        log.propose(TestingCommands.append(14, 10_000)).toCompletableFuture(), Reason.QUEUE_FULL);
    raft.succeed(2);
    raft.succeed(3);
    assertApplied(large, 13);
    assertThat(propose(log, 15)).isNotDone();
    assertThat(raft.entries().stream().flatMap(List::stream)).doesNotContain(10L, 12L, 14L);
  }

  @Test
  void aCloseRefusesWhatWaitsAndWaitsForWhatIsInFlight() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1));
    List<CompletableFuture<Outcome>> answers = propose(log, 0, 3);
    CompletableFuture<Void> idle = log.close();
    assertThat(answers.getFirst()).isNotDone();
    assertRefused(answers.get(1), Reason.NOT_LEADER);
    assertRefused(answers.get(2), Reason.NOT_LEADER);
    assertRefused(propose(log, 3), Reason.NOT_LEADER);
    assertThat(idle).isNotDone();
    raft.succeed(0);
    assertApplied(answers.getFirst(), 0);
    assertThat(idle).isCompleted();
    assertThat(raft.entries()).containsExactly(List.of(0L));
  }

  @Test
  void aCloseOfAnIdleLogWaitsForNothing() {
    assertThat(log(new TestingBounds()).close()).isCompleted();
  }

  @Test
  void onlyWhatRaftRefusedBeforeItTookTheEntryIsCalledNotApplied() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1));
    RaftGroupMemberId member =
        RaftGroupMemberId.valueOf(RaftPeerId.valueOf("test"), RaftGroupId.randomId());
    List<CompletableFuture<Outcome>> answers = propose(log, 0, 1);
    raft.refuse(0, new NotLeaderException(member, null, List.of()));
    assertRefused(answers.getFirst(), Reason.UNKNOWN_OUTCOME);
    answers = propose(log, 1, 2);
    raft.fail(1, new CompletionException(new ResourceUnavailableException("planted")));
    assertRefused(answers.getFirst(), Reason.UNKNOWN_OUTCOME);
    answers = propose(log, 2, 3);
    raft.refuse(2, new LeaderNotReadyException(member));
    assertRefused(answers.getFirst(), Reason.NOT_LEADER);
  }

  static List<Throwable> throwables() {
    return List.of(
        new IOException("planted"),
        new IllegalStateException("planted"),
        new OutOfMemoryError("planted"));
  }

  @ParameterizedTest
  @MethodSource("throwables")
  void whateverTheHandOverThrowsTheCallersAreAnsweredAndTheLogGoesOn(Throwable planted) {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1).pending(64 << 10, 3));
    raft.throwing(planted);
    for (int n = 0; n < 10; n++) {
      assertRefused(propose(log, n), Reason.UNKNOWN_OUTCOME);
    }
    raft.throwing(null);
    CompletableFuture<Outcome> answer = propose(log, 10);
    raft.succeed(0);
    assertApplied(answer, 10);
    assertThat(log.close()).isCompleted();
  }

  @Test
  void anAnswerThatDoesNotFitTheEntryLeavesNobodyWaiting() {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1));
    CompletableFuture<Outcome> damaged = propose(log, 0);
    raft.answer(0, new byte[] {99});
    assertRefused(damaged, Reason.UNKNOWN_OUTCOME);
    CompletableFuture<Outcome> tooFew = propose(log, 1);
    raft.answer(1, OutcomeFormat.encode(List.of()));
    assertRefused(tooFew, Reason.UNKNOWN_OUTCOME);
    CompletableFuture<Outcome> good = propose(log, 2);
    raft.succeed(2);
    assertApplied(good, 2);
  }

  @Test
  void whatWaitsWhenLeadershipGoesIsRefusedAtOnceAndWhatIsInFlightStaysRafts() throws Exception {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1).batch(1024, 1));
    CompletableFuture<Outcome> inFlight = propose(log, 0);
    CompletableFuture<Outcome> waiting = propose(log, 1);
    log.leads(false);
    assertRefused(waiting, Reason.NOT_LEADER);
    assertRefused(propose(log, 2), Reason.NOT_LEADER);
    assertThat(inFlight.isDone()).isFalse();
    raft.succeed(0);
    assertApplied(inFlight, 0);
    assertThat(raft.entries()).hasSize(1);
    log.leads(true);
    CompletableFuture<Outcome> next = propose(log, 3);
    raft.succeed(1);
    assertApplied(next, 3);
  }

  @Test
  void ratisAnswersWhatItHasBeforeItSaysThatLeadershipIsGoneAndWhatWaitsIsRefused()
      throws Exception {
    RaftShardLog log = log(new TestingBounds().entriesInFlight(1).batch(1024, 1));
    CompletableFuture<Outcome> inFlight = propose(log, 0);
    CompletableFuture<Outcome> waiting = propose(log, 1);
    raft.refuse(
        0,
        new NotLeaderException(
            RaftGroupMemberId.valueOf(RaftPeerId.valueOf("a"), RaftGroupId.randomId()),
            null,
            List.of()));
    assertRefused(inFlight, Reason.UNKNOWN_OUTCOME);
    assertRefused(waiting, Reason.NOT_LEADER);
    log.leads(false);
    assertThat(raft.entries()).hasSize(1);
  }

  @Test
  void commandsThatWereRefusedLeaveRoomForOthers() throws Exception {
    RaftShardLog log =
        log(new TestingBounds().entriesInFlight(1).batch(1024, 1).pending(4 << 20, 3));
    CompletableFuture<Outcome> first = propose(log, 0);
    propose(log, 1);
    propose(log, 2);
    assertRefused(propose(log, 3), Reason.QUEUE_FULL);
    log.leads(false);
    log.leads(true);
    CompletableFuture<Outcome> next = propose(log, 4);
    raft.succeed(0);
    raft.succeed(1);
    assertApplied(first, 0);
    assertApplied(next, 4);
  }

  @Test
  void repliesThatComeAtOnceDoNotGrowTheStack() {
    CompletableFuture<RaftClientReply> first = new CompletableFuture<>();
    List<Message> entries = new ArrayList<>();
    RaftShardLog log =
        leading(
            new TestingBounds().entriesInFlight(1).batch(1024, 1).pending(1 << 30, 100_000),
            entry -> {
              entries.add(entry);
              return entries.size() == 1
                  ? first
                  : CompletableFuture.completedFuture(TestingRaft.applied(entry));
            });
    List<CompletableFuture<Outcome>> answers = propose(log, 0, 100_000);
    first.complete(TestingRaft.applied(entries.getFirst()));
    assertThat(entries).hasSize(100_000);
    assertApplied(answers.getLast(), 99_999);
  }

  @Test
  void noWakeUpIsLostHoweverProposalsAndAnswersMeet() throws Exception {
    long seed = System.nanoTime();
    int threads = 4;
    int rounds = 30_000;
    try (ExecutorService answering = Executors.newFixedThreadPool(2);
        ExecutorService proposing = Executors.newFixedThreadPool(threads)) {
      Random random = new Random(seed);
      RaftShardLog log =
          leading(
              new TestingBounds().entriesInFlight(1).batch(1024, 2),
              entry ->
                  random.nextInt(4) == 0
                      ? CompletableFuture.completedFuture(TestingRaft.applied(entry))
                      : CompletableFuture.supplyAsync(() -> TestingRaft.applied(entry), answering));
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        long from = (long) t * rounds;
        done.add(
            proposing.submit(
                () -> {
                  for (long n = from; n < from + rounds; n++) {
                    // Every thread waits, so a lost wake-up is seen by a command that stays.
                    assertThat(propose(log, n).get(20, TimeUnit.SECONDS))
                        .as("seed %d", seed)
                        .isEqualTo(new Outcome.Appended(1, n));
                  }
                  return null;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
  }

  @Test
  void manyThreadsShareEntriesOfARealGroupInTheirOrder(@TempDir Path folder) throws Exception {
    long seed = System.nanoTime();
    int threads = 8;
    int commands = 2000;
    TestingHalt halt = new TestingHalt();
    TestingShardStore store = new TestingShardStore();
    RaftBounds bounds = new TestingBounds().segmentBytes(256 << 10).flushEntries(50).build();
    try (RaftGroupHost group = TestingGroup.start(folder, bounds, store, halt);
        ExecutorService callers = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      group.log().propose(TestingCommands.open()).toCompletableFuture().get();
      for (int t = 0; t < threads; t++) {
        Random random = new Random(seed + t);
        long from = (long) t * commands;
        done.add(
            callers.submit(
                () -> {
                  Map<Long, CompletableFuture<Outcome>> answers = new LinkedHashMap<>();
                  for (long n = from; n < from + commands; n++) {
                    answers.put(
                        n,
                        group
                            .log()
                            .propose(TestingCommands.append(n, random.nextInt(1, 300)))
                            .toCompletableFuture());
                    if (random.nextInt(200) == 0) {
                      answers.get(n).get();
                    }
                  }
                  long last = 0;
                  for (CompletableFuture<Outcome> answer : answers.values()) {
                    long position = ((Outcome.Appended) answer.get()).firstPosition();
                    assertThat(position).as("seed %d", seed).isGreaterThan(last);
                    last = position;
                  }
                  return null;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
    for (int t = 0; t < threads; t++) {
      long from = (long) t * commands;
      assertThat(
              TestingCommands.numbers(store).stream().filter(n -> n >= from && n < from + commands))
          .as("thread %d, seed %d", t, seed)
          .containsExactlyElementsOf(range(from, from + commands));
    }
    assertThat(store.entries()).hasSizeLessThan(threads * commands / 5);
    assertThat(halt.called()).isFalse();
  }
}
