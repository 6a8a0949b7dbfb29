// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Measures how long new streams take, from {@code kubectl apply} until all of them are Ready. The
 * aims are for a cluster that has CPU to spare; the figures tell whether they are met.
 */
@ClusterTest
@Tag("long")
class TimeToReadyTest {
  private static final int ROUNDS = 3;
  private static final int MANY = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(9);

  @Test
  void twoShardsInPodsOfTheirOwn(Installation millrace) {
    for (int round = 0; round < ROUNDS; round++) {
      measure(millrace, "2 shards in two pods (aim 10 s)", 2, names("two", round, 1), 2);
    }
  }

  @Test
  void sixteenShardsInOnePod(Installation millrace) {
    for (int round = 0; round < ROUNDS; round++) {
      measure(millrace, "16 shards in one pod (aim 20 s)", 16, names("sixteen", round, 1), 1);
    }
  }

  @Test
  void manyStreamsAtOnce(Installation millrace) {
    measure(millrace, MANY + " streams at once (aim 60 s)", 1, names("many", 0, MANY), 1);
  }

  private static List<String> names(String prefix, int round, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "ready-%s-%d-%d".formatted(prefix, round, i))
        .toList();
  }

  /** What is left of the streams before would slow down the next ones, so they go first. */
  private static void measure(
      Installation millrace, String what, int shards, List<String> streams, int podsOfEach) {
    String manifests =
        streams.stream()
            .map(stream -> Manifests.stream(stream, "shardCount: " + shards))
            .collect(Collectors.joining("---\n"));
    List<String> wait = new ArrayList<>(List.of("wait", "--for=condition=Ready"));
    streams.forEach(stream -> wait.add("kinesisstream/" + stream));
    wait.add("--timeout=" + PATIENCE.toSeconds() + "s");
    long start = System.nanoTime();
    millrace.apply(manifests);
    millrace.kubectl(wait.toArray(String[]::new));
    Figures.add(
        what + ", from kubectl apply to Ready",
        Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0,
        "s");
    assertThat(streams)
        .allSatisfy(stream -> assertThat(millrace.shardPods(stream)).hasSize(podsOfEach));
    List<String> delete = new ArrayList<>(List.of("delete", "kinesisstream"));
    delete.addAll(streams);
    millrace.kubectl(delete.toArray(String[]::new));
    Eventually.holds(
        "the pods of " + what + " are gone",
        PATIENCE,
        () -> streams.stream().allMatch(stream -> millrace.shardPods(stream).isEmpty()));
  }
}
