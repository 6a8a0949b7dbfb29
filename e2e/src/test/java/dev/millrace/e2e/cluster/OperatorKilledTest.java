// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import dev.millrace.crds.Api;
import dev.millrace.crds.Shard;
import dev.millrace.e2e.Eventually;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Operators that are killed in the middle of what they do: what is wanted is done by the next. By
 * its name only; {@link ReshardUnderFailureTest} is always run and kills them during a change.
 */
@ClusterTest
@Tag("long")
class OperatorKilledTest {
  private static final String STREAM = "persistent";

  @Test
  void aCreationAChangeAndADeletionAreCompleted(Installation millrace) {
    millrace.apply(Manifests.stream(STREAM, "shardCount: 2"));
    killWhenThereAreShards(millrace, 1);
    millrace.awaitReady(STREAM);
    List<SentRecord> acknowledged =
        SentRecord.acknowledged(ClientJob.run(millrace, "put", STREAM, "200"));

    millrace.kubectl("scale", "kinesisstream/" + STREAM, "--replicas=3");
    killWhenThereAreShards(millrace, 3);
    millrace.kubectl(
        "wait",
        "--for=jsonpath={.status.openShardCount}=3",
        "kinesisstream/" + STREAM,
        "--timeout=" + Installation.TIMEOUT.toSeconds() + "s");
    SentRecord.assertExactly(acknowledged, SentRecord.read(ClientJob.run(millrace, "get", STREAM)));

    millrace.kubectl("delete", "kinesisstream", STREAM, "--wait=false");
    killOperators(millrace);
    Eventually.holds("nothing is left", Installation.TIMEOUT, () -> shards(millrace).isEmpty());
  }

  private static List<Shard> shards(Installation millrace) {
    return millrace
        .kubernetes()
        .resources(Shard.class)
        .inNamespace(millrace.namespace())
        .withLabel(Api.STREAM_LABEL, STREAM)
        .list()
        .getItems();
  }

  private static void killWhenThereAreShards(Installation millrace, int count) {
    Eventually.holds(
        count + " Shards exist", Installation.TIMEOUT, () -> shards(millrace).size() >= count);
    killOperators(millrace);
  }

  private static void killOperators(Installation millrace) {
    millrace.podsOf(Installation.OPERATOR).forEach(millrace::kill);
  }
}
