// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the workers of one application of the Kinesis Client Library have printed, in the order of
 * time. Times are in milliseconds since 1970, of the nodes, which share a clock.
 *
 * @param processed every delivery
 * @param begun when a worker first began with each shard
 * @param ended when a worker first had processed all records of each shard
 */
record KclHistory(List<KclDelivery> processed, Map<String, Long> begun, Map<String, Long> ended) {

  /**
   * A record that was handed to the application.
   *
   * @param counter number of records of its key that were put before it
   */
  record KclDelivery(SentRecord record, String key, long counter, long arrival, long time) {}

  /** Reads the logs of all workers; their other lines are left out. */
  static KclHistory of(Collection<String> logs) {
    List<String[]> lines =
        logs.stream().flatMap(String::lines).map(line -> line.split(" ", -1)).toList();
    return new KclHistory(
        lines.stream()
            .filter(words -> words.length == 8 && words[0].equals("processed"))
            .map(KclHistory::delivery)
            .sorted(Comparator.comparingLong(KclDelivery::time))
            .toList(),
        firstTimes("begin", lines),
        firstTimes("end", lines));
  }

  private static KclDelivery delivery(String[] words) {
    return new KclDelivery(
        new SentRecord(words[1], new BigInteger(words[2]), words[5]),
        words[3],
        Long.parseLong(words[4]),
        Long.parseLong(words[6]),
        Long.parseLong(words[7]));
  }

  private static Map<String, Long> firstTimes(String word, List<String[]> lines) {
    return lines.stream()
        .filter(words -> words.length == 3 && words[0].equals(word))
        .collect(Collectors.toMap(words -> words[1], words -> Long.parseLong(words[2]), Math::min));
  }

  /** The shards of which a record has been processed. */
  Set<String> shards() {
    return processed.stream()
        .map(delivery -> delivery.record().shard())
        .collect(Collectors.toSet());
  }

  boolean hasAll(List<SentRecord> acknowledged) {
    return records().containsAll(acknowledged);
  }

  private Set<SentRecord> records() {
    return processed.stream().map(KclDelivery::record).collect(Collectors.toSet());
  }

  /** Every acknowledged record was processed, and no record that was not put. */
  void assertComplete(List<SentRecord> acknowledged) {
    assertThat(records()).containsAll(acknowledged);
    Set<String> put = acknowledged.stream().map(SentRecord::hash).collect(Collectors.toSet());
    assertThat(processed)
        .allSatisfy(delivery -> assertThat(put).contains(delivery.record().hash()));
  }

  /**
   * The records of a key were first delivered in the order of their counters and without a gap. A
   * record may be delivered again: the library promises at least once.
   */
  void assertKeysInOrder() {
    Map<String, Long> next = new HashMap<>();
    for (KclDelivery delivery : processed) {
      long expected = next.getOrDefault(delivery.key(), 0L);
      assertThat(delivery.counter())
          .as("%s, after the records of its key before %d", delivery, expected)
          .isLessThanOrEqualTo(expected);
      if (delivery.counter() == expected) {
        next.put(delivery.key(), expected + 1);
      }
    }
  }

  /**
   * No shard was begun before all records of its parents had been processed.
   *
   * @param parents of each shard
   */
  void assertParentsFirst(Map<String, Set<String>> parents) {
    assertThat(begun.keySet()).containsAll(parents.keySet());
    parents.forEach(
        (child, its) ->
            assertThat(its)
                .allSatisfy(
                    parent ->
                        assertThat(ended)
                            .as("%s before its child %s", parent, child)
                            .hasEntrySatisfying(
                                parent,
                                end -> assertThat(end).isLessThanOrEqualTo(begun.get(child)))));
  }

  /** For each of these shards that has one, the time of its first processed record. */
  LongSummaryStatistics firstRecords(Set<String> shards) {
    Set<String> left = new HashSet<>(shards);
    return processed.stream()
        .filter(delivery -> left.remove(delivery.record().shard()))
        .mapToLong(KclDelivery::time)
        .summaryStatistics();
  }

  /** Delays from arrival to the first delivery, of the records that arrived in a time, sorted. */
  List<Long> delays(long from, long to) {
    Set<SentRecord> seen = new HashSet<>();
    Stream<KclDelivery> first = processed.stream().filter(delivery -> seen.add(delivery.record()));
    return first
        .filter(delivery -> delivery.arrival() >= from && delivery.arrival() < to)
        .map(delivery -> delivery.time() - delivery.arrival())
        .sorted()
        .toList();
  }
}
