// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.crds.StreamConsumer;
import dev.millrace.e2e.Eventually;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The Kinesis Client Library judges changes of the number of shards: two applications of two
 * workers each, one polling and one with enhanced fan-out, read a stream that is scaled by kubectl
 * while a client writes. {@code -Dmillrace.kcl.shards} gives the numbers of shards.
 */
@ClusterTest
class KclThroughReshardsTest {
  private static final String STREAM = "judged";
  private static final List<Integer> SHARDS =
      Arrays.stream(System.getProperty("millrace.kcl.shards", "1,3").split(",", -1))
          .map(Integer::valueOf)
          .toList();

  /**
   * A change of the number of shards.
   *
   * @param name for figures
   * @param asked when kubectl was run
   * @param published when the new shards were the stream's, in milliseconds since 1970
   * @param open the shards that it opened
   */
  private record Change(String name, Instant asked, long published, Set<String> open) {}

  @Test
  void everyRecordIsProcessedInOrderThroughChangesOfTheNumberOfShards(Installation millrace) {
    millrace.apply(Manifests.stream(STREAM, "shardCount: " + SHARDS.getFirst()));
    millrace.awaitReady(STREAM);
    KclApplication.startLeaseTables(millrace);
    ClientJob writer = ClientJob.start(millrace, "counted", STREAM);
    List<KclApplication> applications =
        Stream.of("polling", "fan-out")
            .map(mode -> KclApplication.start(millrace, mode, STREAM))
            .toList();
    awaitAll(applications, open(listShards(millrace)), Instant.EPOCH);
    assertThat(consumers(millrace)).contains("kcl-fan-out").doesNotContain("kcl-polling");

    List<Change> changes = new ArrayList<>();
    for (int i = 1; i < SHARDS.size(); i++) {
      changes.add(change(millrace, SHARDS.get(i - 1), SHARDS.get(i)));
      awaitAll(applications, changes.getLast().open(), changes.getLast().asked());
    }

    List<SentRecord> acknowledged = SentRecord.acknowledged(writer.stop());
    Map<String, Set<String>> parents = parents(listShards(millrace));
    for (KclApplication application : applications) {
      KclHistory history = application.finish(acknowledged);
      addFigures(application, history, changes);
      history.assertComplete(acknowledged);
      history.assertKeysInOrder();
      history.assertParentsFirst(parents);
      application.stop();
    }
    millrace.kubectl("delete", "kinesisstream", STREAM);
  }

  private static void awaitAll(
      List<KclApplication> applications, Set<String> shards, Instant since) {
    applications.forEach(application -> application.awaitProcessed(shards, since));
  }

  private static Change change(Installation millrace, int from, int to) {
    Instant asked = Instant.now();
    millrace.kubectl("scale", "kinesisstream/" + STREAM, "--replicas=" + to);
    millrace.kubectl(
        "wait",
        "--for=jsonpath={.status.openShardCount}=" + to,
        "--timeout=" + Installation.TIMEOUT.toSeconds() + "s",
        "kinesisstream/" + STREAM);
    long published = System.currentTimeMillis();
    // A gateway follows the status of a stream: it lists a change a moment after kubectl.
    Set<String> open =
        Eventually.found(
            "the gateway lists " + to + " open shards",
            Installation.TIMEOUT,
            () -> Optional.of(open(listShards(millrace))).filter(found -> found.size() == to));
    return new Change("%d to %d shards".formatted(from, to), asked, published, open);
  }

  private static List<Shard> listShards(Installation millrace) {
    try (Installation.ForwardedApi api = millrace.api()) {
      return api.kinesis().listShards(list -> list.streamName(STREAM)).shards();
    }
  }

  private static Set<String> open(List<Shard> shards) {
    return shards.stream()
        .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
        .map(Shard::shardId)
        .collect(Collectors.toSet());
  }

  private static Map<String, Set<String>> parents(List<Shard> shards) {
    return shards.stream()
        .collect(
            Collectors.toMap(
                Shard::shardId,
                shard ->
                    Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet())));
  }

  /** Names of the consumers that are registered with the stream. */
  private static List<String> consumers(Installation millrace) {
    return millrace
        .kubernetes()
        .resources(StreamConsumer.class)
        .inNamespace(millrace.namespace())
        .list()
        .getItems()
        .stream()
        .map(
            consumer ->
                Objects.requireNonNullElse(
                    consumer.getSpec().consumerName(), consumer.getMetadata().getName()))
        .toList();
  }

  private static void addFigures(
      KclApplication application, KclHistory history, List<Change> changes) {
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      String name = "%s, %s: ".formatted(application.name(), change.name());
      LongSummaryStatistics first = history.firstRecords(change.open());
      add(name + "published to first record of a new shard", first.getMin() - change.published());
      add(
          name + "published to first record of every new shard",
          first.getMax() - change.published());
      long end =
          i + 1 < changes.size() ? changes.get(i + 1).asked().toEpochMilli() : Long.MAX_VALUE;
      List<Long> delays = history.delays(change.asked().toEpochMilli(), end);
      add(name + "delay of records until the next change, p50", delays.get(delays.size() / 2));
      add(name + "delay of records until the next change, max", delays.getLast());
    }
  }

  private static void add(String name, long millis) {
    Figures.add(name, millis / 1000.0, "s");
  }
}
