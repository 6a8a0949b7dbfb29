// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.crds.Api;
import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStream;
import dev.millrace.e2e.Eventually;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Streams created by kubectl appear in the Kinesis API, and streams created there in kubectl. */
@ClusterTest
class ManifestAndApiTest {
  private static final String APPLIED = "applied";

  @BeforeAll
  void aStreamIsApplied(Installation millrace) {
    millrace.createStream(APPLIED);
  }

  @Test
  void aStreamCreatedByKubectlAppearsInTheApi(Installation millrace) {
    try (Installation.ForwardedApi api = millrace.api()) {
      assertThat(api.kinesis().listStreams().streamNames()).contains(APPLIED);
      StreamDescriptionSummary summary = summary(api, APPLIED);
      assertThat(summary.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
      assertThat(summary.openShardCount()).isEqualTo(1);
      assertThat(summary.streamARN()).isEqualTo(millrace.stream(APPLIED).getStatus().streamARN());
    }
  }

  @Test
  void aStreamCreatedByTheApiAppearsInKubectl(Installation millrace) {
    try (Installation.ForwardedApi api = millrace.api()) {
      api.kinesis().createStream(create -> create.streamName("called").shardCount(2));
      api.kinesis().waiter().waitUntilStreamExists(describe -> describe.streamName("called"));
      assertThat(api.kinesis().listShards(list -> list.streamName("called")).shards()).hasSize(2);
    }
    millrace.awaitReady("called");
    assertThat(millrace.kubectl("get", "kds", "called", "--no-headers"))
        .containsPattern("called\\s+2\\s+2\\s+ACTIVE\\s+True");
    assertThat(
            millrace
                .kubectl(
                    "get", "shards", "--selector=" + Api.STREAM_LABEL + "=called", "--no-headers")
                .lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("Open"));
  }

  @Test
  void aPatchedRetentionPeriodBecomesReadyAndIsDescribed(Installation millrace) {
    long before = millrace.stream(APPLIED).getMetadata().getGeneration();
    millrace.kubectl(
        "patch",
        "kds",
        APPLIED,
        "--type=merge",
        "--patch={\"spec\":{\"retentionPeriodHours\":72}}");
    millrace.awaitReady(APPLIED);
    KinesisStream after = millrace.stream(APPLIED);
    assertThat(after.getMetadata().getGeneration()).isGreaterThan(before);
    assertThat(after.getStatus().observedGeneration())
        .isEqualTo(after.getMetadata().getGeneration());
    try (Installation.ForwardedApi api = millrace.api()) {
      Eventually.holds(
          "DescribeStreamSummary shows 72 hours",
          Installation.TIMEOUT,
          () -> summary(api, APPLIED).retentionPeriodHours() == 72);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shardCount: 0,                           spec.shardCount",
    "'shardCount: 1, retentionPeriodHours: 3', spec.retentionPeriodHours",
    "retentionPeriodHours: 24,                shardCount is required",
    "'shardCount: 1, streamName: \"a b\"',     spec.streamName",
  })
  void anInvalidManifestIsRejectedWithTheNameOfItsField(
      String spec, String named, Installation millrace) {
    Program.ProgramResult refused =
        millrace.tryKubectl(
            Manifests.stream("refused", spec.split(", ", -1)), "apply", "--filename=-");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).contains(named);
  }

  @Test
  void theSecondClaimOnAStreamNameIsNotReady(Installation millrace) {
    millrace.apply(Manifests.stream("claim-one", "shardCount: 1", "streamName: Contested.Name"));
    millrace.awaitReady("claim-one");
    millrace.apply(Manifests.stream("claim-two", "shardCount: 1", "streamName: Contested.Name"));
    millrace.awaitCondition("claim-two", "Ready=False");
    Eventually.holds(
        "claim-two is not ready, with reason NameTaken",
        Installation.TIMEOUT,
        () ->
            conditions(millrace, "claim-two").stream()
                .anyMatch(
                    condition ->
                        condition.type().equals("Ready")
                            && condition.status().equals("False")
                            && condition.reason().equals("NameTaken")));
    assertThat(millrace.shardPods("claim-two")).isEmpty();
    try (Installation.ForwardedApi api = millrace.api()) {
      assertThat(api.kinesis().listStreams().streamNames()).containsOnlyOnce("Contested.Name");
    }
    millrace.kubectl("delete", "kinesisstreams", "claim-two", "claim-one");
  }

  private static StreamDescriptionSummary summary(Installation.ForwardedApi api, String stream) {
    return api.kinesis()
        .describeStreamSummary(describe -> describe.streamName(stream))
        .streamDescriptionSummary();
  }

  private static List<Condition> conditions(Installation millrace, String name) {
    List<Condition> conditions = millrace.stream(name).getStatus().conditions();
    return conditions == null ? List.of() : conditions;
  }
}
