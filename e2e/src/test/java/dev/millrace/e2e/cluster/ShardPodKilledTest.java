// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A killed shard pod restarts by itself with every record that it acknowledged. */
@ClusterTest
class ShardPodKilledTest {
  private static final int WRITTEN = 2000;

  @Test
  void everyAcknowledgedRecordOutlivesThePodAndNewOnesFollow(Installation millrace) {
    millrace.createStream("survivor");
    List<SentRecord> acknowledged =
        new ArrayList<>(
            SentRecord.acknowledged(ClientJob.run(millrace, "put", "survivor", "1000")));

    // Killed during writes: the retries of the client must succeed in the end.
    ClientJob writer = ClientJob.start(millrace, "latency", "survivor", String.valueOf(WRITTEN));
    writer.awaitAcknowledged(100);
    Pod pod = millrace.shardPods("survivor").getFirst();
    millrace.kill(pod);
    long killed = System.nanoTime();
    assertThat(writer.acknowledgedSoFar()).as("it was still writing").isLessThan(WRITTEN);
    millrace.awaitSuccessor(pod);
    Figures.add(
        "shard pod, from kill to ready again",
        Duration.ofNanos(System.nanoTime() - killed).toMillis() / 1000.0,
        "s");
    acknowledged.addAll(SentRecord.acknowledged(writer.finish()));

    acknowledged.addAll(SentRecord.acknowledged(ClientJob.run(millrace, "put", "survivor", "100")));
    SentRecord.assertKept(
        acknowledged, SentRecord.read(ClientJob.run(millrace, "get", "survivor")));
    millrace.awaitReady("survivor");
    millrace.kubectl("delete", "kinesisstream", "survivor");
  }
}
