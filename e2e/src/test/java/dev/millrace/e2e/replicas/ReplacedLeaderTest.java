// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import dev.millrace.e2e.replicas.TipReader.Acknowledged;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * A leader that was replaced without knowing it says nothing old: who asks it directly is not told
 * that nothing follows while a record is missing that was acknowledged before the question.
 */
class ReplacedLeaderTest {
  /** Longer than an election and than the time after which a leader steps down. */
  private static final Duration FROZEN = Duration.ofSeconds(15);

  /** Longer than an election; it takes the leader longer to step down. */
  private static final Duration CUT_OFF = Duration.ofSeconds(8);

  private static final Duration AFTERWARDS = Duration.ofSeconds(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PAUSE_BETWEEN_PUTS = Duration.ofMillis(40);

  /** Records that the other leader acknowledges. */
  private static final int ENOUGH = 50;

  private static final int READERS = 6;

  @TempDir private static Path folder;
  private static @Nullable ReplicaGroup started;

  /** The one with the highest sequence number. */
  private final AtomicReference<Acknowledged> acknowledged =
      new AtomicReference<>(Acknowledged.NOTHING);

  private final AtomicLong count = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();

  @BeforeAll
  static void form() throws IOException {
    started = ReplicaGroup.start(folder, List.of());
  }

  @AfterAll
  static void stop() throws IOException {
    if (started != null) {
      started.close();
    }
  }

  private static int rounds() {
    return 1 + Integer.getInteger("millrace.replicas.rounds", 0) / 5;
  }

  @Test
  void aLeaderThatWasFrozenWhileAnotherLedTellsReadersNothingOld() throws Exception {
    for (int round = 1; round <= rounds(); round++) {
      MemberProcess leader = group().leader();
      during("frozen", FROZEN, leader, leader::freeze, leader::thaw);
    }
  }

  @Test
  void aLeaderThatIsCutOffWhileAnotherLeadsTellsReadersNothingOld() throws Exception {
    MemberLinks links = group().links();
    for (int round = 1; round <= rounds(); round++) {
      MemberProcess leader = group().leader();
      during(
          "cut off",
          CUT_OFF,
          leader,
          () ->
              group().members().stream()
                  .filter(other -> other != leader)
                  .forEach(
                      other -> {
                        links.silence(leader.place(), other.place());
                        links.silence(other.place(), leader.place());
                      }),
          links::heal);
    }
  }

  private static ReplicaGroup group() {
    return Objects.requireNonNull(started);
  }

  /**
   * Has readers ask a leader from before it is replaced until after it knows.
   *
   * @param time between {@code begin} and {@code end}
   */
  private void during(
      String what, Duration time, MemberProcess leader, Runnable begin, Runnable end)
      throws Exception {
    stopped.set(false);
    List<MemberProcess> others =
        group().members().stream().filter(member -> member != leader).toList();
    List<TipReader> readers = new ArrayList<>();
    List<Future<?>> threads = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        KinesisClient atLeader = TipReader.clientOf(leader.endpoint())) {
      try {
        others.forEach(other -> threads.add(executor.submit(() -> put(other))));
        awaitMore(count.get());
        start("before it was " + what, atLeader, readers, threads, executor);
        awaitAnswers(readers);
        long beganAt = System.nanoTime();
        begin.run();
        long before = count.get();
        awaitMore(before + others.size());
        // The calls to a frozen process wait in its sockets.
        start("while it was " + what, atLeader, readers, threads, executor);
        Eventually.pass(time.minusNanos(System.nanoTime() - beganAt));
        long meanwhile = count.get() - before;
        long answersBefore = answers(readers);
        end.run();
        Eventually.pass(AFTERWARDS);
        awaitAnswers(readers);
        System.out.printf(
            "ReplacedLeaderTest: %s was %s; %d records acknowledged meanwhile, %d reads answered since%n",
            leader, what, meanwhile, answers(readers) - answersBefore);
      } finally {
        stopped.set(true);
      }
      for (Future<?> thread : threads) {
        thread.get();
      }
    }
    assertThat(readers).flatExtracting(TipReader::old).isEmpty();
    group().heal();
  }

  private static void awaitAnswers(List<TipReader> readers) {
    Eventually.holds(
        "all readers are answered",
        TIMEOUT,
        () -> readers.stream().allMatch(reader -> reader.answers().get() > 0));
  }

  private void start(
      String when,
      KinesisClient at,
      List<TipReader> readers,
      List<Future<?>> threads,
      ExecutorService executor) {
    for (int i = 0; i < READERS; i++) {
      TipReader reader =
          new TipReader(
              "reader %d, who came %s".formatted(i, when), at, acknowledged::get, stopped::get);
      readers.add(reader);
      threads.add(executor.submit(reader));
    }
  }

  private static long answers(List<TipReader> readers) {
    return readers.stream().mapToLong(reader -> reader.answers().get()).sum();
  }

  private void awaitMore(long than) {
    Eventually.holds(
        ENOUGH + " records are acknowledged", TIMEOUT, () -> count.get() >= than + ENOUGH);
  }

  /** Does not wait for a put before the next: what hangs at the old leader hides the new one. */
  private void put(MemberProcess member) {
    try (KinesisClient kinesis = TipReader.clientOf(member.endpoint());
        ExecutorService puts = Executors.newVirtualThreadPerTaskExecutor()) {
      while (!stopped.get()) {
        puts.execute(() -> putOne(kinesis));
        Eventually.pass(PAUSE_BETWEEN_PUTS);
      }
    }
  }

  private void putOne(KinesisClient kinesis) {
    long begunNanos = System.nanoTime();
    try {
      BigInteger number =
          new BigInteger(
              kinesis
                  .putRecord(
                      put ->
                          put.streamName(ReplicaGroup.STREAM)
                              .partitionKey("key")
                              .data(SdkBytes.fromUtf8String("data")))
                  .sequenceNumber());
      acknowledged.accumulateAndGet(new Acknowledged(number, begunNanos), Acknowledged::max);
      count.incrementAndGet();
    } catch (SdkException unknown) {
      // Only what was acknowledged counts.
    }
  }
}
