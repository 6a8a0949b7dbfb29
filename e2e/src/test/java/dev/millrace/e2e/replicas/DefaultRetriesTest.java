// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * An application does not notice that the leader of its shard goes: its puts take longer, and the
 * retries that the SDK makes by default hide the rest. It calls the front of a member that stays,
 * as it calls a gateway on a cluster.
 */
class DefaultRetriesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PAUSE_BETWEEN_PUTS = Duration.ofMillis(10);
  private static final int CALLERS = 8;
  private static final int ENOUGH = 50;

  @TempDir private static Path folder;
  private static @Nullable ReplicaGroup started;

  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final ConcurrentLinkedQueue<SdkException> failures = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> millis = new ConcurrentLinkedQueue<>();

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

  private static ReplicaGroup group() {
    return Objects.requireNonNull(started);
  }

  private static int rounds() {
    return 1 + Integer.getInteger("millrace.replicas.rounds", 0) / 5;
  }

  @Test
  void noPutFailsWhenTheLeaderIsKilled() throws Exception {
    for (int round = 1; round <= rounds(); round++) {
      during("killed", MemberProcess::kill);
    }
  }

  @Test
  void noPutFailsWhenTheLeaderStopsInOrder() throws Exception {
    for (int round = 1; round <= rounds(); round++) {
      during("stopped", MemberProcess::stop);
    }
  }

  private void during(String what, Consumer<MemberProcess> end) throws Exception {
    stopped.set(false);
    millis.clear();
    MemberProcess leader = group().leader();
    List<MemberProcess> others =
        group().members().stream().filter(member -> member != leader).toList();
    List<KinesisClient> clients = others.stream().map(DefaultRetriesTest::clientOf).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        KinesisClient client = clients.get(i % clients.size());
        callers.add(threads.submit(() -> put(client)));
      }
      try {
        awaitMore();
        end.accept(leader);
        awaitMore();
        leader.start();
        awaitMore();
      } finally {
        stopped.set(true);
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
    } finally {
      clients.forEach(KinesisClient::close);
    }
    group().heal();
    List<Long> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    System.out.printf(
        "DefaultRetriesTest: %s was %s; of %d puts %d failed, p50 %d ms, the slowest %d ms%n",
        leader,
        what,
        sorted.size() + failures.size(),
        failures.size(),
        sorted.get(sorted.size() / 2),
        sorted.getLast());
    assertThat(failures).isEmpty();
  }

  private void awaitMore() {
    int before = acknowledged.get();
    Eventually.holds(
        ENOUGH + " more records are acknowledged",
        TIMEOUT,
        () -> acknowledged.get() >= before + ENOUGH);
  }

  private void put(KinesisClient kinesis) {
    while (!stopped.get()) {
      long begun = System.nanoTime();
      try {
        kinesis.putRecord(
            put ->
                put.streamName(ReplicaGroup.STREAM)
                    .partitionKey("key")
                    .data(SdkBytes.fromUtf8String("data")));
        millis.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
        acknowledged.incrementAndGet();
      } catch (SdkException failure) {
        failures.add(failure);
      }
      Eventually.pass(PAUSE_BETWEEN_PUTS);
    }
  }

  /** As an application makes it that sets nothing but where it calls. */
  static KinesisClient clientOf(MemberProcess member) {
    return KinesisClient.builder()
        .endpointOverride(member.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
        .build();
  }
}
