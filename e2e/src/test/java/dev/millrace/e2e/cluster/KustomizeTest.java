// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;

/** Overlays of one base become streams that differ as the overlays say, and that Git owns. */
@ClusterTest
class KustomizeTest {
  private static final ReadmeCommands README = ReadmeCommands.of("gitops-kustomize");

  @BeforeAll
  void theCommandsInTheReadmeAreRun(Installation millrace) {
    README.beforeCleanUp().run(millrace);
  }

  @AfterAll
  void theCommandsForCleaningUpAreRun(Installation millrace) {
    README.cleanUp().run(millrace);
    assertThat(millrace.kubectl("get", "kinesisstreams", "--selector=environment", "--output=name"))
        .isEmpty();
  }

  @Test
  void eachOverlayBecomesAStreamOfItsOwn(Installation millrace) {
    assertThat(millrace.stream("staging-payments").getStatus().openShardCount()).isEqualTo(1);
    assertThat(millrace.stream("production-payments").getStatus().openShardCount()).isEqualTo(2);
    try (Installation.ForwardedApi api = millrace.api()) {
      assertThat(retentionHours(api, "staging-payments")).isEqualTo(24);
      assertThat(retentionHours(api, "production-payments")).isEqualTo(168);
      String arn = millrace.stream("production-payments").getStatus().streamARN();
      assertThat(api.kinesis().listStreamConsumers(list -> list.streamARN(arn)).consumers())
          .extracting(consumer -> consumer.consumerName())
          .containsExactly("production-ledger");
    }
  }

  @Test
  void aCallThatWouldChangeWhatStandsInGitIsRejectedAndNamesTheOwner(Installation millrace) {
    try (Installation.ForwardedApi api = millrace.api()) {
      assertThatThrownBy(
              () ->
                  api.kinesis()
                      .updateShardCount(
                          update ->
                              update
                                  .streamName("production-payments")
                                  .targetShardCount(4)
                                  .scalingType(ScalingType.UNIFORM_SCALING)))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining("spec.shardCount")
          .hasMessageContaining("gitops");
    }
  }

  private static int retentionHours(Installation.ForwardedApi api, String stream) {
    return api.kinesis()
        .describeStreamSummary(describe -> describe.streamName(stream))
        .streamDescriptionSummary()
        .retentionPeriodHours();
  }
}
