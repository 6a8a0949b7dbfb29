// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Killing a gateway costs clients a retry and nothing else. */
@ClusterTest
class GatewayKilledTest {
  private static final int RECORDS = 1500;

  @Test
  void theRetriesOfAClientSucceed(Installation millrace) {
    millrace.createStream("steady");
    ClientJob writer = ClientJob.start(millrace, "latency", "steady", String.valueOf(RECORDS));
    writer.awaitAcknowledged(100);
    // Both, one after the other: whichever the client had its connection to.
    millrace.podsOf(Installation.GATEWAY).forEach(millrace::kill);
    assertThat(writer.acknowledgedSoFar()).as("it was still writing").isLessThan(RECORDS);

    List<SentRecord> acknowledged = SentRecord.acknowledged(writer.finish());
    assertThat(acknowledged).hasSize(RECORDS);
    SentRecord.assertKept(acknowledged, SentRecord.read(ClientJob.run(millrace, "get", "steady")));
    millrace.kubectl("rollout", "status", "deployment/" + Installation.GATEWAY, "--timeout=240s");
    millrace.kubectl("delete", "kinesisstream", "steady");
  }
}
