// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The shards of a large stream share pods (docs/adr/0021-density.md), each of which leads a part of
 * them (docs/adr/0030-groups-of-a-set.md): its records outlive a pod and a change of the number of
 * shards.
 */
@ClusterTest
class PackedStreamTest {
  private static final String STREAM = "packed";
  private static final String RECORDS = "1000";

  @Test
  void sixteenShardsShareThreePodsAndKeepTheirRecordsWhenOneIsKilledAndWhenTheyBecomeTwenty(
      Installation millrace) {
    millrace.apply(Manifests.stream(STREAM, "shardCount: 16", "replication: {replicas: 3}"));
    millrace.awaitReady(STREAM);
    List<Pod> pods = millrace.shardPods(STREAM);
    assertThat(pods).as("pods of 16 shards").hasSize(3);
    awaitEachLeads(millrace, pods);
    List<SentRecord> acknowledged = new ArrayList<>(put(millrace));
    assertThat(acknowledged.stream().map(SentRecord::shard).distinct())
        .as("shards that records were put to")
        .hasSize(16);

    millrace.kill(pods.getFirst());
    millrace.awaitSuccessor(pods.getFirst());
    SentRecord.assertExactly(acknowledged, get(millrace));

    millrace.kubectl("scale", "kinesisstream/" + STREAM, "--replicas=20");
    millrace.kubectl(
        "wait",
        "--for=jsonpath={.status.openShardCount}=20",
        "--timeout=" + Installation.TIMEOUT.toSeconds() + "s",
        "kinesisstream/" + STREAM);
    assertThat(millrace.shardPods(STREAM))
        .as("the pods of 16 closed shards and those of 20 open ones")
        .hasSize(6);
    acknowledged.addAll(put(millrace));
    SentRecord.assertExactly(acknowledged, get(millrace));
    millrace.kubectl("delete", "kinesisstream", STREAM);
  }

  /** Leaders are moved one by one once all members keep up. */
  private static void awaitEachLeads(Installation millrace, List<Pod> pods) {
    Set<String> names =
        pods.stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
    Eventually.holds(
        "each pod of " + STREAM + " leads some of its shards",
        Installation.TIMEOUT,
        () ->
            millrace.shards(STREAM).stream()
                .map(shard -> String.valueOf(shard.getStatus().leader()))
                .collect(Collectors.toSet())
                .equals(names));
  }

  private static List<SentRecord> put(Installation millrace) {
    return SentRecord.acknowledged(ClientJob.run(millrace, "put", STREAM, RECORDS));
  }

  private static List<SentRecord> get(Installation millrace) {
    return SentRecord.read(ClientJob.run(millrace, "get", STREAM));
  }
}
