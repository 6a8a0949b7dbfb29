// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.e2e.Eventually;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The number of shards is changed while the node of the only shard cannot be reached. */
@ClusterTest
@Tag("chaos")
@Tag("long")
class NodeDownTest {
  private static final String STREAM = "cut";

  /** Longer than a node needs to be seen as gone, 40 s. */
  private static final Duration CUT = Duration.ofSeconds(60);

  @Test
  void aChangeThatIsWantedMeanwhileIsMadeWhenTheNodeIsBack(Installation millrace) {
    assumeThat(Nodes.canFail()).as("there is a program that does things to nodes").isTrue();
    millrace.createStream(STREAM);
    List<SentRecord> acknowledged =
        SentRecord.acknowledged(ClientJob.run(millrace, "put", STREAM, "1000"));
    String node = millrace.shardPods(STREAM).getFirst().getSpec().getNodeName();
    Nodes.cutOff(
        node,
        () -> {
          millrace.kubectl("scale", "kinesisstream/" + STREAM, "--replicas=2");
          Eventually.pass(CUT);
          assertThat(millrace.stream(STREAM).getStatus().openShardCount())
              .as("nothing is changed that could not be sealed")
              .isEqualTo(1);
        });
    Eventually.holds(
        STREAM + " has two shards", Installation.TIMEOUT, () -> isDone(millrace.stream(STREAM)));
    millrace.awaitReady(STREAM);
    SentRecord.assertExactly(acknowledged, SentRecord.read(ClientJob.run(millrace, "get", STREAM)));
    millrace.kubectl("delete", "kinesisstream", STREAM);
  }

  private static boolean isDone(KinesisStream stream) {
    KinesisStreamStatus status = stream.getStatus();
    return Integer.valueOf(2).equals(status.openShardCount()) && status.resharding() == null;
  }
}
