// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * A leader that was frozen while another one led and acknowledged records says nothing old when it
 * goes on: who asks it directly is not told that nothing follows while it lacks a record that was
 * acknowledged before it asked.
 */
class FrozenLeaderTest {
  /** Longer than an election and than the time after which a leader steps down. */
  private static final Duration FROZEN = Duration.ofSeconds(15);

  private static final Duration THAWED = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PAUSE_BETWEEN_PUTS = Duration.ofMillis(5);

  /** Records that the other leader acknowledges. */
  private static final int ENOUGH = 50;

  private static final int READERS = 6;

  @TempDir private Path folder;

  /** The highest sequence number that a put returned. */
  private final AtomicReference<BigInteger> acknowledged = new AtomicReference<>(BigInteger.ZERO);

  private final AtomicLong count = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();

  @Test
  void aLeaderThatWasFrozenWhileAnotherLedTellsReadersNothingOld() throws Exception {
    int rounds = 1 + Integer.getInteger("millrace.replicas.rounds", 0) / 5;
    try (ReplicaGroup group = ReplicaGroup.start(folder, List.of())) {
      for (int round = 1; round <= rounds; round++) {
        freezeAndThaw(group, round);
      }
    }
  }

  private void freezeAndThaw(ReplicaGroup group, int round) throws Exception {
    stopped.set(false);
    GroupMember leader = group.leader();
    List<TipReader> readers = new ArrayList<>();
    List<Future<?>> threads = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        KinesisClient atLeader = TipReader.clientOf(leader.endpoint())) {
      try {
        for (GroupMember other : group.followers()) {
          threads.add(executor.submit(() -> put(other)));
        }
        awaitMore(count.get());
        start(READERS, "before it was frozen", atLeader, readers, threads, executor);
        Eventually.holds(
            "all read",
            TIMEOUT,
            () -> readers.stream().allMatch(reader -> reader.answers().get() > 0));
        long frozenAt = System.nanoTime();
        leader.freeze();
        long before = count.get();
        awaitMore(before + 2);
        // Their calls wait in the sockets of the frozen process.
        start(READERS, "while it was frozen", atLeader, readers, threads, executor);
        Eventually.pass(FROZEN.minusNanos(System.nanoTime() - frozenAt));
        long meanwhile = count.get() - before;
        long answersBefore = answers(readers);
        leader.thaw();
        Eventually.pass(THAWED);
        Eventually.holds(
            "all read again",
            TIMEOUT,
            () -> readers.stream().allMatch(reader -> reader.answers().get() > 0));
        System.out.printf(
            "FrozenLeaderTest: round %d, %d records acknowledged while the leader was frozen, %d reads answered since%n",
            round, meanwhile, answers(readers) - answersBefore);
      } finally {
        stopped.set(true);
      }
      for (Future<?> thread : threads) {
        thread.get();
      }
    }
    assertThat(readers).flatExtracting(TipReader::old).isEmpty();
    group.heal();
  }

  private void start(
      int number,
      String when,
      KinesisClient at,
      List<TipReader> readers,
      List<Future<?>> threads,
      ExecutorService executor) {
    for (int i = 0; i < number; i++) {
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

  private void put(GroupMember member) {
    try (KinesisClient kinesis = TipReader.clientOf(member.endpoint())) {
      while (!stopped.get()) {
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
          acknowledged.accumulateAndGet(number, BigInteger::max);
          count.incrementAndGet();
        } catch (SdkException unknown) {
          // Only what was acknowledged counts.
        }
        Eventually.pass(PAUSE_BETWEEN_PUTS);
      }
    }
  }
}
