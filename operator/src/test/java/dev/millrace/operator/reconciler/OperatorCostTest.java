// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.crds.KinesisStream;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * What large streams and many streams cost the operator; it prints figures. {@code make
 * bench-operator} runs it on nodes that only pretend to run pods. CPU and heap are those of this
 * process, in which {@link TestingShardPods} answers for the pods.
 */
@Tag("cost")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
class OperatorCostTest {
  private static final int STREAMS = Integer.getInteger("millrace.cost.streams", 200);
  private static final int SHARDS_OF_EACH = 10;
  private static final Duration STEADY = Duration.ofSeconds(60);
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final TestingOperator operator = new TestingOperator(1);

  private void create(String name, int shards) {
    KinesisStream stream =
        Serialization.unmarshal(
            """
            apiVersion: millrace.dev/v1alpha1
            kind: KinesisStream
            metadata: {name: %s, namespace: %s}
            spec: {shardCount: %d, storage: {size: 1Gi, storageClassName: kwok}}
            """
                .formatted(name, operator.namespace(), shards),
            KinesisStream.class);
    operator.client().resource(stream).create();
  }

  private void awaitOpen(String name, int shards) {
    TestingOperator.await(
        operator.stream(name),
        stream ->
            TestingOperator.reason(stream).equals("ShardsOpen")
                && Objects.equals(stream.getStatus().openShardCount(), shards));
  }

  private void measure(String what, Runnable work) {
    operator.apiCalls().take();
    long cpu = SYSTEM.getProcessCpuTime();
    long time = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - time) / 1e9;
    double cpuSeconds = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
    Map<String, Long> calls = operator.apiCalls().take();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    System.out.printf(
        "cost: %s: %.1f s, CPU %.1f s, API calls %s, heap %d MiB%n",
        what, seconds, cpuSeconds, calls, heap);
  }

  private static void leaveAlone() {
    new CompletableFuture<Void>()
        .completeOnTimeout(null, STEADY.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  @Test
  void largeStreams() {
    try (operator) {
      measure("start", () -> {});
      measure(
          "a stream of 16 shards is made",
          () -> {
            create("small", 16);
            awaitOpen("small", 16);
          });
      measure(
          "16 to 256 shards",
          () -> {
            operator.scale("small", 256);
            awaitOpen("small", 256);
          });
      measure(
          "a stream of 1,000 shards is made",
          () -> {
            create("large", 1_000);
            awaitOpen("large", 1_000);
          });
      measure("both are left alone for 60 s", OperatorCostTest::leaveAlone);
      measure(
          "a stream of 500 shards is made",
          () -> {
            create("half", 500);
            awaitOpen("half", 500);
          });
      measure(
          "500 to 1,000 shards",
          () -> {
            operator.scale("half", 1_000);
            awaitOpen("half", 1_000);
          });
    }
  }

  @Test
  void manyStreams() {
    try (operator) {
      measure(
          STREAMS + " streams of 10 shards are made",
          () -> {
            for (int index = 0; index < STREAMS; index++) {
              create("stream-" + index, SHARDS_OF_EACH);
            }
            for (int index = 0; index < STREAMS; index++) {
              awaitOpen("stream-" + index, SHARDS_OF_EACH);
            }
          });
      measure("they are left alone for 60 s", OperatorCostTest::leaveAlone);
      measure(
          "one of them changes its retention",
          () -> {
            operator.retain("stream-0", 48);
            operator.awaitReady("stream-0", 2);
          });
    }
  }
}
