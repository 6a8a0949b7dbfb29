// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Without the operator, streams are still served, and shard pods that die are replaced. */
@ClusterTest
class OperatorAbsentTest {

  @AfterEach
  void bringTheOperatorBack(Installation millrace) {
    millrace.scale(Installation.OPERATOR, 2);
  }

  @Test
  void putsAndGetsGoOnAndAKilledShardPodComesBackAndServes(Installation millrace) {
    millrace.createStream("orphan");
    millrace.scale(Installation.OPERATOR, 0);

    List<SentRecord> acknowledged =
        new ArrayList<>(SentRecord.acknowledged(ClientJob.run(millrace, "put", "orphan", "200")));
    SentRecord.assertExactly(
        acknowledged, SentRecord.read(ClientJob.run(millrace, "get", "orphan")));

    Pod pod = millrace.shardPods("orphan").getFirst();
    millrace.kill(pod);
    millrace.awaitSuccessor(pod);
    acknowledged.addAll(SentRecord.acknowledged(ClientJob.run(millrace, "put", "orphan", "200")));
    SentRecord.assertKept(acknowledged, SentRecord.read(ClientJob.run(millrace, "get", "orphan")));
  }
}
