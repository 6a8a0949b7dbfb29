// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A HorizontalPodAutoscaler scales a stream, first to its minimum and then as load demands. */
@ClusterTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AutoscaledStreamTest {
  private static final ReadmeCommands README = ReadmeCommands.of("autoscaled-stream");

  /** As in the example's hpa.yaml. */
  private static final int MINIMUM = 2;

  /** Percent of the requested CPU, as in the example's hpa.yaml. */
  private static final int TARGET = 200;

  private static final int WRITERS = 4;

  /** More than they put until the stream is scaled. */
  private static final String RECORDS = "500000";

  @Test
  @Order(1)
  void theCommandsInTheReadmeOfTheExampleWork(Installation millrace) {
    README.beforeCleanUp().run(millrace);
    assertThat(millrace.stream("clicks").getSpec().shardCount()).isEqualTo(MINIMUM);
    assertThat(openShards(millrace)).isEqualTo(MINIMUM);
  }

  /** The load is real, and so is the CPU that the autoscaler sees. */
  @Test
  @Order(2)
  @Tag("long")
  void underLoadTheStreamGetsMoreShards(Installation millrace) {
    List<ClientJob> writers = new ArrayList<>();
    ResourceMetrics metrics = ResourceMetrics.available(millrace);
    try {
      Eventually.holds(
          "the autoscaler sees little CPU",
          Installation.TIMEOUT,
          () -> utilization(millrace).orElse(TARGET) < TARGET);
      assertThat(millrace.stream("clicks").getSpec().shardCount()).isEqualTo(MINIMUM);
      Figures.add("CPU of an idle shard pod", utilization(millrace).orElseThrow(), "% of 50m");

      // At the pods themselves: a gateway would gather the puts, and so spare the pods most of the
      // work.
      String endpoint = millrace.directEndpoint("clicks");
      IntStream.range(0, WRITERS)
          .mapToObj(writer -> ClientJob.startAt(millrace, endpoint, "latency", "clicks", RECORDS))
          .forEach(writers::add);
      Eventually.holds(
          "the autoscaler sees more CPU than its target",
          Installation.TIMEOUT,
          () -> utilization(millrace).orElse(0) > TARGET);
      Figures.add("CPU of a busy shard pod", utilization(millrace).orElseThrow(), "% of 50m");
      Eventually.holds(
          "the stream has more open shards than at first",
          Installation.TIMEOUT,
          () -> openShards(millrace) > MINIMUM);
      assertThat(millrace.stream("clicks").getSpec().shardCount()).isGreaterThan(MINIMUM);
    } finally {
      metrics.remove();
      writers.forEach(ClientJob::delete);
    }
  }

  @AfterAll
  void theCommandsForCleaningUpAreRun(Installation millrace) {
    README.cleanUp().run(millrace);
  }

  private static int openShards(Installation millrace) {
    return Optional.ofNullable(millrace.stream("clicks").getStatus().openShardCount()).orElse(0);
  }

  /** Percent of the requested CPU, as the autoscaler last saw it. */
  private static OptionalInt utilization(Installation millrace) {
    HorizontalPodAutoscaler autoscaler =
        millrace
            .kubernetes()
            .autoscaling()
            .v2()
            .horizontalPodAutoscalers()
            .inNamespace(millrace.namespace())
            .withName("clicks")
            .require();
    return Optional.ofNullable(autoscaler.getStatus())
        .map(HorizontalPodAutoscalerStatus::getCurrentMetrics)
        .orElse(List.of())
        .stream()
        .filter(metric -> metric.getResource() != null)
        .map(metric -> metric.getResource().getCurrent().getAverageUtilization())
        .filter(percent -> percent != null)
        .mapToInt(Integer::intValue)
        .findFirst();
  }
}
