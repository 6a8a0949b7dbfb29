// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import dev.millrace.e2e.Eventually;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The example clients run as Deployments on one stream: a consumer in either language reads what
 * producers in both have put, also while the stream is resharded.
 */
@ClusterTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClientDeploymentsTest {
  private static final List<String> LANGUAGES = List.of("python", "java");

  /** The shards that the stream begins with. */
  private static final List<String> FIRST = List.of("shardId-000000000000", "shardId-000000000001");

  @Test
  @Order(1)
  void theCommandsInTheReadmeOfTheClientsInPythonWork(Installation millrace) {
    runReadme(millrace, "python");
  }

  /** These reshard the stream, under the clients in Python, too. */
  @Test
  @Order(2)
  void theCommandsInTheReadmeOfTheClientsInJavaWork(Installation millrace) {
    runReadme(millrace, "java");
  }

  @Test
  @Order(3)
  void everyConsumerReadsWhatEveryProducerPuts(Installation millrace) {
    List<String> languages = built(millrace).toList();
    Assumptions.assumeFalse(languages.isEmpty(), "no client was built");
    for (String to : languages) {
      for (String from : languages) {
        new ExampleLog(millrace, to + "-consumer")
            .awaitAll(new ExampleLog(millrace, from + "-producer"));
      }
      ExampleLog consumer = new ExampleLog(millrace, to + "-consumer");
      Eventually.holds(
          to + "-consumer reads shards that the reshard has made",
          Installation.TIMEOUT,
          () -> consumer.places().stream().anyMatch(place -> !FIRST.contains(place.shard())));
    }
  }

  /**
   * The stream goes last: a producer that still ran would write into the next stream of that name,
   * which is another test's.
   */
  @AfterAll
  void theCommandsForCleaningUpAreRun(Installation millrace) {
    for (String language : LANGUAGES) {
      millrace.kubectl(
          "delete",
          "deployment",
          language + "-producer",
          language + "-consumer",
          "--ignore-not-found",
          "--cascade=foreground");
    }
    built(millrace)
        .forEach(
            language ->
                ReadmeCommands.of("client-" + language)
                    .cleanUp()
                    .replacing("--cascade", "--ignore-not-found --cascade")
                    .run(millrace));
  }

  private static void runReadme(Installation millrace, String language) {
    Assumptions.assumeTrue(
        millrace.hasExample("client-" + language), "the client in " + language + " was not built");
    ReadmeCommands.of("client-" + language).beforeCleanUp().run(millrace);
  }

  private static Stream<String> built(Installation millrace) {
    return LANGUAGES.stream().filter(language -> millrace.hasExample("client-" + language));
  }
}
