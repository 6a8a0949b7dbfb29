// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;

/** A team with a role and a quota in its own namespace has its streams there, and nothing else. */
@ClusterTest
class SelfServiceNamespaceTest {
  private static final ReadmeCommands README = ReadmeCommands.of("self-service-namespace");
  private static final String TEAM = "team-orders";
  private static final String ANN = "--as=ann --as-group=team-orders";
  private static final String PIPELINE = "--as=system:serviceaccount:team-orders:deployer";
  private static final String STRANGER = "--as=ann --as-group=team-billing";

  private String printed = "";

  /** The operator of the tests watches no namespace that it is not told of. */
  @BeforeAll
  void theCommandsInTheReadmeAreRun(Installation millrace) {
    String watched = "'operator.namespaces={%s,%s}'".formatted(millrace.namespace(), TEAM);
    printed =
        README
            .beforeCleanUp()
            .replacing("--reuse-values", "--reuse-values --set " + watched)
            .run(millrace);
  }

  @AfterAll
  void theCommandsForCleaningUpAreRun(Installation millrace) {
    try {
      README.cleanUp().run(millrace);
    } finally {
      millrace.kubectl("delete", "namespace", TEAM, "--ignore-not-found");
    }
  }

  @Test
  void theStreamsOfTheTeamAreInItsNamespaceOnly(Installation millrace) {
    try (Installation.ForwardedApi team = millrace.api(TEAM, Installation.GATEWAY);
        Installation.ForwardedApi others = millrace.api()) {
      assertThat(team.kinesis().listStreams().streamNames())
          .containsExactlyInAnyOrder("invoices", "refunds");
      assertThat(others.kinesis().listStreams().streamNames())
          .doesNotContain("invoices", "refunds");
      assertThat(
              team.kinesis()
                  .putRecord(
                      put ->
                          put.streamName("invoices")
                              .partitionKey("one")
                              .data(SdkBytes.fromUtf8String("paid")))
                  .shardId())
          .isEqualTo("shardId-000000000000");
    }
  }

  @Test
  void aStreamAboveTheQuotaIsRejected(Installation millrace) {
    assertThat(printed)
        .contains("exceeded quota: streams", "count/kinesisstreams.millrace.dev=1")
        .contains("That was one too many.");
    assertThat(millrace.kubectl("get", "kinesisstreams", "--output=name", "--namespace=" + TEAM))
        .doesNotContain("vouchers");
  }

  @ParameterizedTest
  @CsvSource({
    ANN + ", create kinesisstreams.millrace.dev, yes",
    ANN + ", delete streamconsumers.millrace.dev, yes",
    ANN + ", patch kinesisstreams.millrace.dev --subresource=scale, yes",
    ANN + ", list shards.millrace.dev, yes",
    ANN + ", get secret/millrace-credentials, yes",
    PIPELINE + ", create kinesisstreams.millrace.dev, yes",
    ANN + ", patch shards.millrace.dev, no",
    ANN + ", patch kinesisstreams.millrace.dev --subresource=status, no",
    ANN + ", get secret/millrace-token-key, no",
    ANN + ", create pods, no",
    ANN + ", create pods/exec, no",
    ANN + ", patch resourcequotas, no",
    ANN + ", create kinesisstreams.millrace.dev --namespace=default, no",
    PIPELINE + ", patch shards.millrace.dev, no",
    STRANGER + ", list kinesisstreams.millrace.dev, no",
  })
  void theTeamMayDoThisAndNotThat(String who, String what, String expected, Installation millrace) {
    String command = "--namespace=%s %s auth can-i %s".formatted(TEAM, who, what);
    assertThat(millrace.tryKubectl("", command.split(" ", -1)).out().strip()).isEqualTo(expected);
  }
}
