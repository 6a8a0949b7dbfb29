// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.ShardReading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Records of the greatest size, several at a time, with the memory that a release gives its
 * processes: each is on all replicas, also after the leader that took them is gone.
 */
class LargeRecordsTest {
  private static final String KEY = "key";
  private static final int BYTES = (10 << 20) - KEY.length();
  private static final int CALLERS = 4;
  private static final int RECORDS = 8 + Integer.getInteger("millrace.replicas.rounds", 0);

  @TempDir private Path folder;

  @Test
  void recordsOfTenMebibytesOutliveTheLeaderThatTookThem() throws Exception {
    List<GroupStream> streams = List.of(GroupStream.of("large", "0000000000000010", 1, List.of()));
    try (ReplicaGroup group = ReplicaGroup.released(folder, streams)) {
      MemberProcess leader = group.leader();
      MemberProcess other = group.followers().getFirst();
      List<byte[]> acknowledged = new ArrayList<>();
      try (KinesisClient kinesis = DefaultRetriesTest.clientOf(other);
          ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
        List<Future<byte[]>> puts = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
          byte[] data = new byte[BYTES];
          new Random(i).nextBytes(data);
          puts.add(threads.submit(() -> put(kinesis, data)));
        }
        for (Future<byte[]> put : puts) {
          acknowledged.add(put.get());
        }
        System.out.printf(
            "LargeRecordsTest: resident after %d records of 10 MiB: leader %d MiB, a follower %d MiB%n",
            RECORDS, leader.residentMib(), other.residentMib());
        leader.kill();
        assertThat(
                ShardReading.all(kinesis, "large", GroupShard.id(0)).stream()
                    .map(record -> Arrays.hashCode(record.data().asByteArray())))
            .containsExactlyInAnyOrderElementsOf(
                acknowledged.stream().map(Arrays::hashCode).toList());
      }
      leader.start();
      group.heal();
    }
  }

  private static byte[] put(KinesisClient kinesis, byte[] data) {
    kinesis.putRecord(
        put -> put.streamName("large").partitionKey(KEY).data(SdkBytes.fromByteArray(data)));
    return data;
  }
}
