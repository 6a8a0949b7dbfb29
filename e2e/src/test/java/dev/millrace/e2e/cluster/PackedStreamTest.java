// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The shards of a large stream share a pod (docs/adr/0021-density.md): its records outlive the pod
 * and a change of the number of shards.
 */
@ClusterTest
class PackedStreamTest {
  private static final String STREAM = "packed";
  private static final String RECORDS = "1000";

  @Test
  void sixteenShardsShareAPodAndKeepTheirRecordsWhenItIsKilledAndWhenTheyBecomeTwenty(
      Installation millrace) {
    millrace.apply(Manifests.stream(STREAM, "shardCount: 16"));
    millrace.awaitReady(STREAM);
    List<Pod> pods = millrace.shardPods(STREAM);
    assertThat(pods).as("pods of 16 shards").hasSize(1);
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
        .as("the pod of 16 closed shards and that of 20 open ones")
        .hasSize(2);
    acknowledged.addAll(put(millrace));
    SentRecord.assertExactly(acknowledged, get(millrace));
    millrace.kubectl("delete", "kinesisstream", STREAM);
  }

  private static List<SentRecord> put(Installation millrace) {
    return SentRecord.acknowledged(ClientJob.run(millrace, "put", STREAM, RECORDS));
  }

  private static List<SentRecord> get(Installation millrace) {
    return SentRecord.read(ClientJob.run(millrace, "get", STREAM));
  }
}
