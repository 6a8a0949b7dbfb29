// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.crds.KinesisStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The number of shards is changed by kubectl while a client writes: every record that was
 * acknowledged is read, and the client sees no error. {@code -Dmillrace.reshards} gives the numbers
 * of shards.
 */
@ClusterTest
class ReshardWhileWritingTest {
  private static final String STREAM = "scaled";
  private static final List<Integer> SHARD_COUNTS =
      Arrays.stream(System.getProperty("millrace.reshards", "4,3,1").split(",", -1))
          .map(Integer::valueOf)
          .toList();

  /** Acknowledged before the first change and after each. */
  private static final int ENOUGH = 100;

  @Test
  void aClientThatWritesNoticesNoChangeOfTheNumberOfShards(Installation millrace) {
    millrace.createStream(STREAM);
    ClientJob writer = ClientJob.start(millrace, "counted", STREAM);
    writer.awaitAcknowledged(ENOUGH);
    List<Change> changes = new ArrayList<>();
    for (int shards : SHARD_COUNTS) {
      long begun = System.currentTimeMillis();
      millrace.kubectl("scale", "kinesisstream/" + STREAM, "--replicas=" + shards);
      millrace.kubectl(
          "wait",
          "--for=jsonpath={.status.openShardCount}=" + shards,
          "--timeout=" + Installation.TIMEOUT.toSeconds() + "s",
          "kinesisstream/" + STREAM);
      changes.add(new Change(shards, begun, System.currentTimeMillis()));
      writer.awaitAcknowledged(writer.acknowledgedSoFar() + ENOUGH);
    }
    List<String> printed = writer.stop();
    report(changes, Put.parse(printed));
    List<SentRecord> acknowledged = SentRecord.acknowledged(printed);
    SentRecord.assertExactly(acknowledged, SentRecord.read(ClientJob.run(millrace, "get", STREAM)));

    KinesisStream stream = millrace.stream(STREAM);
    assertThat(stream.getStatus().streamStatus()).isEqualTo("ACTIVE");
    assertThat(Objects.requireNonNull(stream.getStatus().shape()).generation())
        .isEqualTo(1 + changes.size());
    assertThat(millrace.kubectl("get", "events", "--field-selector=involvedObject.name=" + STREAM))
        .contains("ReshardStarted", "ReshardSealing", "Resharded");
    millrace.kubectl("delete", "kinesisstream", STREAM);
  }

  /** A change of the number of shards, in milliseconds since 1970. */
  private record Change(int shards, long begun, long published) {}

  /** A put of the writer, in milliseconds since 1970 and milliseconds. */
  private record Put(long start, double took) {
    static List<Put> parse(List<String> lines) {
      return lines.stream()
          .map(line -> line.split(" ", -1))
          .filter(words -> words[0].equals("took"))
          .map(words -> new Put(Long.parseLong(words[1]), Long.parseLong(words[2]) / 1000.0))
          .toList();
    }
  }

  /** The gap in a writer's puts that a change makes is the longest put that began during it. */
  private static void report(List<Change> changes, List<Put> puts) {
    List<Double> gaps = new ArrayList<>();
    int before = 1;
    for (Change change : changes) {
      String name = "%d -> %d shards".formatted(before, change.shards());
      double gap =
          puts.stream()
              .filter(put -> change.begun() <= put.start() && put.start() <= change.published())
              .mapToDouble(Put::took)
              .max()
              .orElseThrow();
      Figures.add(
          name + ", from kubectl scale to published",
          (change.published() - change.begun()) / 1000.0,
          "s");
      Figures.add(name + ", longest put", gap, "ms");
      gaps.add(gap);
      before = change.shards();
    }
    Figures.add("longest put of a change, p50", percentile(gaps, 50), "ms");
    Figures.add("longest put of a change, max", percentile(gaps, 100), "ms");
    List<Double> all = puts.stream().map(Put::took).toList();
    Figures.add("PutRecord across all changes, p50", percentile(all, 50), "ms");
    Figures.add("PutRecord across all changes, p99", percentile(all, 99), "ms");
  }

  private static double percentile(List<Double> values, int percent) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((sorted.size() - 1) * percent / 100);
  }
}
