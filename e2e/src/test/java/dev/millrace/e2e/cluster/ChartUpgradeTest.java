// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An upgrade of definitions and chart over an installation that is in use; by its name only. */
@ClusterTest
@Tag("long")
class ChartUpgradeTest {
  private static final int WRITTEN = 3_000;

  @Test
  void streamsServeThroughAnUpgradeOfEverything(Installation millrace) {
    millrace.createStream("upgraded");
    List<SentRecord> acknowledged =
        new ArrayList<>(SentRecord.acknowledged(ClientJob.run(millrace, "put", "upgraded", "200")));
    ClientJob writer = ClientJob.start(millrace, "latency", "upgraded", String.valueOf(WRITTEN));
    writer.awaitAcknowledged(100);
    millrace.applyDefinitions();
    // Each replaces the pods of the operator, of the gateways and of the shards.
    millrace.upgrade(
        "--set=operator.prepareTimeoutSeconds=299",
        "--set=gateway.javaOptions={-Xmx191m}",
        "--set=images.pullPolicy=Never");
    acknowledged.addAll(SentRecord.acknowledged(writer.finish()));
    millrace.awaitReady("upgraded");
    SentRecord.assertKept(
        acknowledged, SentRecord.read(ClientJob.run(millrace, "get", "upgraded")));
    millrace.kubectl("delete", "kinesisstream", "upgraded");
  }
}
