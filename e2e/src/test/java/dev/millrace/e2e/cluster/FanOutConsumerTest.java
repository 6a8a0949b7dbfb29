// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The consumer of a manifest is sent every record that a producer has put. */
@ClusterTest
class FanOutConsumerTest {
  private static final ReadmeCommands README = ReadmeCommands.of("fan-out-consumer");

  @Test
  void theSubscriberReceivesWhatTheProducerPuts(Installation millrace) {
    Assumptions.assumeTrue(millrace.hasExample("client-java"), "the client in Java was not built");
    README.beforeCleanUp().run(millrace);
    new ExampleLog(millrace, "readings-subscriber")
        .awaitAll(new ExampleLog(millrace, "readings-producer"));
  }

  @AfterAll
  void theCommandsForCleaningUpAreRun(Installation millrace) {
    if (millrace.hasExample("client-java")) {
      README.cleanUp().run(millrace);
    }
  }
}
