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
 * A record as a client knows it, from the answer to its put or from a get.
 *
 * @param shard where it lies
 * @param sequenceNumber where in the shard
 * @param hash what it holds
 */
record SentRecord(String shard, BigInteger sequenceNumber, String hash) {

  /** The records that were acknowledged, by a client's lines. */
  static List<SentRecord> acknowledged(List<String> lines) {
    return ofKind("acknowledged", lines);
  }

  /** The records that a get returned, by a client's lines. */
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
   * What was acknowledged is there, with the same sequence number and content; each shard is in
   * order; what is there beside it is a repeat of something that was sent (a put whose answer was
   * lost and that the client made again).
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
                .as("%s is in order, nothing twice", shard)
                .isSorted()
                .doesNotHaveDuplicates());
    Set<String> sent = acknowledged.stream().map(SentRecord::hash).collect(Collectors.toSet());
    assertThat(read).allSatisfy(record -> assertThat(sent).contains(record.hash()));
  }

  /** The same, and nothing is there twice: nothing went wrong while it was put. */
  static void assertExactly(List<SentRecord> acknowledged, List<SentRecord> read) {
    assertKept(acknowledged, read);
    assertThat(read).hasSameSizeAs(acknowledged);
  }
}
