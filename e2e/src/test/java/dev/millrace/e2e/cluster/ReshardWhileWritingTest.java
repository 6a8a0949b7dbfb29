// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.crds.KinesisStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The number of shards is changed by kubectl while a client writes: every record that was
 * acknowledged is read, and the client sees no error.
 */
@ClusterTest
class ReshardWhileWritingTest {
  private static final String STREAM = "scaled";
  private static final int WRITTEN = 6000;

  @Test
  void aClientThatWritesNoticesNoChangeOfTheNumberOfShards(Installation millrace) {
    millrace.createStream(STREAM);
    ClientJob writer = ClientJob.start(millrace, "steady", STREAM, String.valueOf(WRITTEN));
    writer.awaitAcknowledged(100);
    for (int shards : List.of(4, 3, 1)) {
      long begun = System.nanoTime();
      millrace.kubectl("scale", "kinesisstream/" + STREAM, "--replicas=" + shards);
      millrace.kubectl(
          "wait",
          "--for=jsonpath={.status.openShardCount}=" + shards,
          "--timeout=" + Installation.TIMEOUT.toSeconds() + "s",
          "kinesisstream/" + STREAM);
      Figures.add(
          "change of the number of shards to " + shards + ", from kubectl scale to published",
          Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0,
          "s");
    }
    assertThat(writer.acknowledgedSoFar()).as("it was still writing").isLessThan(WRITTEN);
    List<String> printed = writer.finish();
    for (String figure : List.of("p50", "p99", "max")) {
      Figures.add(
          "PutRecord through the gateway across three reshards, " + figure,
          ClientJob.micros(figure, printed) / 1000,
          "ms");
    }
    List<SentRecord> acknowledged = SentRecord.acknowledged(printed);
    assertThat(acknowledged).hasSize(WRITTEN);
    SentRecord.assertKept(acknowledged, SentRecord.read(ClientJob.run(millrace, "get", STREAM)));

    KinesisStream stream = millrace.stream(STREAM);
    assertThat(stream.getStatus().streamStatus()).isEqualTo("ACTIVE");
    assertThat(Objects.requireNonNull(stream.getStatus().shape()).generation()).isEqualTo(4);
    assertThat(millrace.kubectl("get", "events", "--field-selector=involvedObject.name=" + STREAM))
        .contains("ReshardStarted", "ReshardSealing", "Resharded");
    millrace.kubectl("delete", "kinesisstream", STREAM);
  }
}
