// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Measures what a small stream costs. */
@ClusterTest
class FootprintTest {
  private static final double MIB = 1 << 20;

  @Test
  void memoryAndLatencyAreMeasured(Installation millrace) {
    millrace.createStream("small");
    measure(millrace, "idle shard pod", millrace.shardPods("small").getFirst());
    measure(millrace, "idle gateway", millrace.podsOf(Installation.GATEWAY).getFirst());
    measure(millrace, "operator", millrace.podsOf(Installation.OPERATOR).getFirst());

    List<String> lines = ClientJob.run(millrace, "latency", "small", "1000");
    Figures.add(
        "PutRecord of 1 KiB through the gateway, p50", ClientJob.micros("p50", lines) / 1000, "ms");
    Figures.add(
        "PutRecord of 1 KiB through the gateway, p99", ClientJob.micros("p99", lines) / 1000, "ms");
    measure(millrace, "shard pod after 1,000 puts", millrace.shardPods("small").getFirst());
    millrace.kubectl("delete", "kinesisstream", "small");
  }

  /**
   * Waits for the kubelet's next sample of a pod. The working set is all memory charged to the pod
   * except file cache that can be reclaimed; anonymous memory is the part that no file backs.
   */
  private static void measure(Installation millrace, String what, Pod pod) {
    Instant now = Instant.now();
    JsonNode memory =
        Eventually.found(
            "the kubelet has measured " + pod.getMetadata().getName(),
            Installation.TIMEOUT,
            () ->
                memoryOf(millrace, pod)
                    .filter(it -> Instant.parse(it.path("time").asText()).isAfter(now)));
    double workingSet = memory.path("workingSetBytes").asDouble();
    double anonymous = memory.path("rssBytes").asDouble();
    assertThat(anonymous).isBetween(MIB, workingSet);
    Figures.add(what + ", working set", workingSet / MIB, "MiB");
    Figures.add(what + ", anonymous memory", anonymous / MIB, "MiB");
  }

  private static Optional<JsonNode> memoryOf(Installation millrace, Pod pod) {
    JsonNode summary =
        millrace
            .kubernetes()
            .getKubernetesSerialization()
            .unmarshal(
                millrace.kubectl(
                    "get",
                    "--raw",
                    "/api/v1/nodes/%s/proxy/stats/summary".formatted(pod.getSpec().getNodeName())),
                JsonNode.class);
    for (JsonNode other : summary.path("pods")) {
      if (other.at("/podRef/uid").asText().equals(pod.getMetadata().getUid())) {
        return Optional.of(other.path("memory")).filter(it -> it.has("time"));
      }
    }
    return Optional.empty();
  }
}
