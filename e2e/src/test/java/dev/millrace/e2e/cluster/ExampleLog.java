// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a client of the examples has printed: {@code put SHARD SEQUENCE-NUMBER …} for each record
 * that it has put, or {@code got SHARD SEQUENCE-NUMBER …} for each that it has read.
 *
 * @param deployment its Deployment, of one pod
 */
record ExampleLog(Installation installation, String deployment) {

  /** A record by its place in the stream. */
  record LinePlace(String shard, BigInteger sequenceNumber) {}

  /** The records printed so far, in their order. */
  List<LinePlace> places() {
    return installation
        .kubectl("logs", "deployment/" + deployment, "--tail=-1")
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(words -> words[0].equals("put") || words[0].equals("got"))
        .map(words -> new LinePlace(words[1], new BigInteger(words[2])))
        .toList();
  }

  /**
   * Waits until this consumer has printed what a producer has printed until now, and checks that it
   * has read each shard in order and no record twice.
   */
  void awaitAll(ExampleLog producer) {
    Eventually.holds(
        producer.deployment + " has put records",
        Installation.TIMEOUT,
        () -> !producer.places().isEmpty());
    Set<LinePlace> put = new HashSet<>(producer.places());
    Eventually.holds(
        "%s has read the %d records of %s".formatted(deployment, put.size(), producer.deployment),
        Installation.TIMEOUT,
        () -> new HashSet<>(places()).containsAll(put));
    Map<String, List<BigInteger>> read =
        places().stream()
            .collect(
                Collectors.groupingBy(
                    LinePlace::shard,
                    Collectors.mapping(LinePlace::sequenceNumber, Collectors.toList())));
    read.forEach(
        (shard, numbers) ->
            assertThat(numbers)
                .as("%s in the log of %s", shard, deployment)
                .isSorted()
                .doesNotHaveDuplicates());
  }
}
