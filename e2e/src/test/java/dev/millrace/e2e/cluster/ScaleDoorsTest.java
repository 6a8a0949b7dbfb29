// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.e2e.Eventually;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** The number of shards has one truth, {@code spec.shardCount}, and many who may change it. */
@ClusterTest
class ScaleDoorsTest {
  private static final BigInteger KEYS = BigInteger.ONE.shiftLeft(128);

  @Test
  void shardsAreSplitMergedAndCountedThroughAGatewayAndTheManifestShowsIt(Installation millrace) {
    try (Installation.ForwardedApi api = millrace.api()) {
      KinesisClient kinesis = api.kinesis();
      // Created by the API, which therefore owns the number of shards.
      kinesis.createStream(create -> create.streamName("doors").shardCount(1));
      kinesis.waiter().waitUntilStreamExists(describe -> describe.streamName("doors"));
      String key = KEYS.divide(BigInteger.valueOf(4)).toString();
      kinesis.splitShard(
          split ->
              split
                  .streamName("doors")
                  .shardToSplit("shardId-000000000000")
                  .newStartingHashKey(key));
      awaitOpen(millrace, "doors", 2);
      awaitActive(kinesis, "doors", 2);
      assertThat(shardCount(millrace, "doors")).isEqualTo(2);
      List<Shard> open = open(kinesis, "doors");
      assertThat(open).extracting(shard -> shard.hashKeyRange().startingHashKey()).contains(key);
      assertThat(open).allMatch(shard -> shard.parentShardId().equals("shardId-000000000000"));

      kinesis.mergeShards(
          merge ->
              merge
                  .streamName("doors")
                  .shardToMerge(open.get(0).shardId())
                  .adjacentShardToMerge(open.get(1).shardId()));
      awaitOpen(millrace, "doors", 1);
      awaitActive(kinesis, "doors", 1);
      kinesis.updateShardCount(
          update ->
              update
                  .streamName("doors")
                  .targetShardCount(2)
                  .scalingType(ScalingType.UNIFORM_SCALING));
      awaitOpen(millrace, "doors", 2);
      assertThat(shardCount(millrace, "doors")).isEqualTo(2);

      // Somebody else takes the number over; from then on it is his.
      millrace.kubectl("scale", "kinesisstream/doors", "--replicas=3");
      assertThatThrownBy(
              () ->
                  kinesis.updateShardCount(
                      update ->
                          update
                              .streamName("doors")
                              .targetShardCount(4)
                              .scalingType(ScalingType.UNIFORM_SCALING)))
          .satisfiesAnyOf(
              refused ->
                  assertThat(refused)
                      .isInstanceOf(InvalidArgumentException.class)
                      .hasMessageContaining("spec.shardCount")
                      .hasMessageContaining("kubectl"),
              // It is being resharded to three already.
              updating -> assertThat(updating).hasMessageContaining("UPDATING"));
      awaitOpen(millrace, "doors", 3);
    }
    millrace.kubectl("delete", "kinesisstream", "doors");
  }

  private static void awaitOpen(Installation millrace, String stream, int shards) {
    millrace.kubectl(
        "wait",
        "--for=jsonpath={.status.openShardCount}=" + shards,
        "--timeout=" + Installation.TIMEOUT.toSeconds() + "s",
        "kinesisstream/" + stream);
    Eventually.holds(
        stream + " is ACTIVE",
        Installation.TIMEOUT,
        () -> "ACTIVE".equals(millrace.stream(stream).getStatus().streamStatus()));
  }

  /** A gateway follows the status of a stream: it shows a change a moment after {@code kubectl}. */
  private static void awaitActive(KinesisClient kinesis, String stream, int shards) {
    Eventually.holds(
        "the gateway shows " + stream + " with " + shards + " open shards, ACTIVE",
        Installation.TIMEOUT,
        () -> {
          StreamDescriptionSummary found =
              kinesis
                  .describeStreamSummary(describe -> describe.streamName(stream))
                  .streamDescriptionSummary();
          return found.openShardCount() == shards && found.streamStatus() == StreamStatus.ACTIVE;
        });
  }

  private static @Nullable Integer shardCount(Installation millrace, String stream) {
    return millrace.stream(stream).getSpec().shardCount();
  }

  private static List<Shard> open(KinesisClient kinesis, String stream) {
    return kinesis.listShards(list -> list.streamName(stream)).shards().stream()
        .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
        .toList();
  }
}
