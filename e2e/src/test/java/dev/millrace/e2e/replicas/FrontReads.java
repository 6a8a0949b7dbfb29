// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.ShardReading;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * Everything that is read of a stream through the fronts of a group, again and again: no read may
 * fail, and what was read once is read again.
 */
final class FrontReads implements AutoCloseable {
  private final SortedMap<Integer, KinesisClient> fronts = new TreeMap<>();
  private final Map<String, List<BigInteger>> before;

  private FrontReads(ReplicaGroup group) {
    group
        .members()
        .forEach(member -> fronts.put(member.place(), TipReader.clientOf(member.endpoint())));
    before = read(fronts.firstEntry().getValue());
  }

  /** Reads everything once. */
  static FrontReads of(ReplicaGroup group) {
    return new FrontReads(group);
  }

  private static Map<String, List<BigInteger>> read(KinesisClient front) {
    Map<String, List<BigInteger>> read = new HashMap<>();
    for (String shard : ShardReading.shards(front, ReplicaGroup.STREAM)) {
      read.put(
          shard,
          ShardReading.all(front, ReplicaGroup.STREAM, shard).stream()
              .map(Record::sequenceNumber)
              .map(BigInteger::new)
              .toList());
    }
    return read;
  }

  /** Reads everything at each front, at least once and until some time has passed. */
  void again(Duration atLeast) {
    long end = System.nanoTime() + atLeast.toNanos();
    int times = 0;
    long records = 0;
    do {
      for (Map.Entry<Integer, KinesisClient> front : fronts.entrySet()) {
        Map<String, List<BigInteger>> now = read(front.getValue());
        before.forEach(
            (shard, numbers) ->
                assertThat(now.getOrDefault(shard, List.of()))
                    .as("%s, read at the front of member %d", shard, front.getKey())
                    .startsWith(numbers.toArray(BigInteger[]::new)));
        records += now.values().stream().mapToInt(List::size).sum();
      }
      times++;
    } while (System.nanoTime() - end < 0);
    System.out.printf(
        "everything was read %d times at each of %d fronts, %d records, without an error%n",
        times, fronts.size(), records);
  }

  @Override
  public void close() {
    fronts.values().forEach(KinesisClient::close);
  }
}
