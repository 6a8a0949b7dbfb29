// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.Eventually;
import dev.millrace.e2e.ShardReading;
import dev.millrace.e2e.disk.FaultyDiskLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * While the disk of a member is full and puts are refused, records past their retention period are
 * trimmed still, which is what makes room. A part of {@code make chaos}.
 */
class FullDiskTest {
  private static final int RECORDS = 20;

  /** Longer than the retention period of the stream. */
  private static final Duration OLD = Duration.ofHours(25);

  /** Pods look for old records every 30 s. */
  private static final Duration TRIM_TIMEOUT = Duration.ofSeconds(90);

  @TempDir private Path folder;

  @Test
  void whatIsPastRetentionIsTrimmedWhileTheDiskOfTheLeaderIsFull() throws IOException {
    assumeThat(Integer.getInteger("millrace.replicas.rounds", 0)).isPositive();
    assumeThat(FaultyDiskLibrary.here().isThere()).isTrue();
    try (ReplicaGroup group = ReplicaGroup.start(folder, List.of())) {
      restart(group, OLD.negated());
      try (KinesisClient kinesis = TipReader.clientOf(group.members().getFirst().endpoint())) {
        for (int i = 0; i < RECORDS; i++) {
          put(kinesis, "old " + i);
        }
      }
      restart(group, Duration.ZERO);
      MemberProcess full = group.leader();
      full.faultyDisk().seemFull();
      full.faultyDisk().fill();
      assertThat(isEmpty(group)).as("whether it was trimmed before the disk was full").isFalse();
      Eventually.holds("old records are trimmed", TRIM_TIMEOUT, () -> isEmpty(group));
      assertThat(full.faultyDisk().hits()).as("faults that %s has met", full).isPositive();
      try (KinesisClient kinesis = TipReader.clientOf(full.endpoint())) {
        assertThat(read(kinesis)).isEmpty();
        assertThat(isPut(kinesis, "refused")).isFalse();
        group.heal();
        Eventually.holds("puts are accepted again", TRIM_TIMEOUT, () -> isPut(kinesis, "accepted"));
        assertThat(read(kinesis)).containsOnly("accepted");
      }
    }
  }

  /** Starts all again, with clocks that differ from the right one. */
  private static void restart(ReplicaGroup group, Duration clock) {
    ReplicaGroup.together(
        group.members().stream()
            .<Runnable>map(
                member ->
                    () -> {
                      member.kill();
                      member.faultyDisk().moveClock(clock);
                      member.start();
                    })
            .toList());
    group.awaitInStep();
  }

  private static boolean isEmpty(ReplicaGroup group) {
    return group.hostedShards().stream()
        .map(shard -> shard.path("empty"))
        .anyMatch(JsonNode::asBoolean);
  }

  private static void put(KinesisClient kinesis, String data) {
    kinesis.putRecord(
        put ->
            put.streamName(ReplicaGroup.STREAM)
                .partitionKey("key")
                .data(SdkBytes.fromUtf8String(data)));
  }

  private static boolean isPut(KinesisClient kinesis, String data) {
    try {
      put(kinesis, data);
      return true;
    } catch (SdkException refused) {
      return false;
    }
  }

  private static List<String> read(KinesisClient kinesis) {
    return ShardReading.all(kinesis, ReplicaGroup.STREAM, ReplicaGroup.SHARD_ID).stream()
        .map(Record::data)
        .map(SdkBytes::asUtf8String)
        .toList();
  }
}
