// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A record as a client saw it, in the response to a put or to a get.
 *
 * @param hash of its data
 */
record SentRecord(String shard, BigInteger sequenceNumber, String hash) {

  /** The records that a client's output lists as acknowledged. */
  static List<SentRecord> acknowledged(List<String> lines) {
    return ofKind("acknowledged", lines);
  }

  /** The records that a client's output lists as read. */
  static List<SentRecord> read(List<String> lines) {
    return ofKind("record", lines);
  }

  private static List<SentRecord> ofKind(String kind, List<String> lines) {
    return lines.stream()
        .map(line -> line.split(" ", -1))
        .filter(words -> words.length == 4 && words[0].equals(kind))
        .map(words -> new SentRecord(words[1], new BigInteger(words[2]), words[3]))
        .toList();
  }

  /**
   * Every acknowledged record was read with the same sequence number and content, and each shard is
   * in order. Further records must be repeats: of a put whose response was lost, which the client
   * retried.
   */
  static void assertKept(List<SentRecord> acknowledged, List<SentRecord> read) {
    assertThat(new HashSet<>(read)).containsAll(acknowledged);
    Map<String, List<BigInteger>> orders =
        read.stream()
            .collect(
                Collectors.groupingBy(
                    SentRecord::shard,
                    LinkedHashMap::new,
                    Collectors.mapping(SentRecord::sequenceNumber, Collectors.toList())));
    orders.forEach(
        (shard, order) ->
            assertThat(order)
                .as("%s is in order without duplicates", shard)
                .isSorted()
                .doesNotHaveDuplicates());
    Set<String> sent = acknowledged.stream().map(SentRecord::hash).collect(Collectors.toSet());
    assertThat(read).allSatisfy(record -> assertThat(sent).contains(record.hash()));
  }

  /** The same without repeats, for puts during which nothing failed. */
  static void assertExactly(List<SentRecord> acknowledged, List<SentRecord> read) {
    assertKept(acknowledged, read);
    assertThat(read).hasSameSizeAs(acknowledged);
  }
}
