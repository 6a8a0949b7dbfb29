// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * Memory and threads of three replicas that host 1, 8 and 32 shards, with the options of a release:
 * after a start, after 200 records for each shard, and after 256 MiB. It is no test and its name
 * keeps it out of test runs; {@code make bench BENCH=replica-footprint} runs it.
 */
final class ReplicaFootprint {
  private static final int RECORDS_A_CALL = 500;
  private static final int RECORD_BYTES = 1024;
  private static final int FEW = 200;
  private static final int MANY = 256 << 10;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 32})
  void hosting(int shards) throws IOException {
    GroupStream stream = GroupStream.of("many", "0000000000000020", shards, List.of());
    try (ReplicaGroup group = ReplicaGroup.released(folder, List.of(stream))) {
      MemberProcess leader = group.leader();
      report(shards, "started", group, leader);
      try (KinesisClient kinesis = DefaultRetriesTest.clientOf(leader)) {
        put(kinesis, FEW * shards);
        report(shards, "%d records of 1 KiB a shard".formatted(FEW), group, leader);
        put(kinesis, MANY);
        report(shards, "256 MiB", group, leader);
      }
    }
  }

  private static void report(int shards, String after, ReplicaGroup group, MemberProcess leader) {
    System.out.printf(
        "%2d shards, %s: leader %d MiB, %d threads; followers %s MiB, %s threads%n",
        shards,
        after,
        leader.residentMib(),
        leader.threads(),
        group.followers().stream().map(MemberProcess::residentMib).sorted().toList(),
        group.followers().stream().map(MemberProcess::threads).sorted().toList());
  }

  private static void put(KinesisClient kinesis, int records) {
    Random random = new Random(1);
    for (int sent = 0; sent < records; sent += RECORDS_A_CALL) {
      List<PutRecordsRequestEntry> entries = new ArrayList<>();
      for (int i = 0; i < RECORDS_A_CALL; i++) {
        byte[] data = new byte[RECORD_BYTES];
        random.nextBytes(data);
        entries.add(
            PutRecordsRequestEntry.builder()
                .partitionKey(Integer.toString(random.nextInt()))
                .data(SdkBytes.fromByteArray(data))
                .build());
      }
      kinesis.putRecords(put -> put.streamName("many").records(entries));
    }
  }
}
