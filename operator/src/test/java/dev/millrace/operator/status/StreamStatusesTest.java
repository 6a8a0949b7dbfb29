// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.plan.ConditionState;
import dev.millrace.operator.plan.ReconcilePlan;
import dev.millrace.operator.plan.StreamConditions;
import dev.millrace.operator.resource.StreamIdentity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a status says, when its conditions move, and when it is not written. */
class StreamStatusesTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.7Z");
  private static final ConditionState YES = new ConditionState(true, "Yes", "it is so");
  private static final ConditionState NO = new ConditionState(false, "No", "it is not so");

  private final StreamStatuses statuses =
      new StreamStatuses(OperatorSettings.of(Map.of("MILLRACE_SHARD_IMAGE", "millrace:1")));

  private static ObservedStream observed(long generation, @Nullable KinesisStreamStatus status) {
    return new ObservedStream(
        new StreamIdentity("team-a", "orders", "6f2e1a40-93f5-4b0e-9d0e-4d7a0a0f6c11"),
        generation,
        "1",
        NOON,
        false,
        Optional.empty(),
        new KinesisStreamSpec(
            null, null, 1, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null),
        Optional.ofNullable(status),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        List.of(),
        Set.of(),
        List.of());
  }

  private static ReconcilePlan plan(ConditionState ready) {
    return new ReconcilePlan(
        Optional.empty(),
        true,
        List.of(),
        Optional.of(StreamStatus.ACTIVE),
        Optional.of(NOON.getEpochSecond()),
        1,
        0,
        Optional.empty(),
        new StreamConditions(ready, NO, NO, NO),
        Optional.empty());
  }

  private static List<Condition> conditions(KinesisStreamStatus status) {
    return Objects.requireNonNull(status.conditions());
  }

  @Test
  void aStatusSaysWhatClientsAndKubectlLookFor() {
    KinesisStreamStatus status = statuses.change(observed(3, null), plan(YES), NOON).orElseThrow();
    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(status.streamARN()).matches("arn:aws:kinesis:us-east-1:[0-9]{12}:stream/orders");
    assertThat(status.streamStatus()).isEqualTo("ACTIVE");
    assertThat(status.streamId()).matches("[0-9a-f]{16}");
    assertThat(status.creationSecond()).isEqualTo(NOON.getEpochSecond());
    assertThat(status.openShardCount()).isEqualTo(1);
    assertThat(status.closedShardCount()).isZero();
    assertThat(status.endpoint()).isEqualTo("http://millrace-gateway.team-a.svc:4567");
    assertThat(status.selector()).isEqualTo("millrace.dev/stream=orders");
    assertThat(conditions(status))
        .containsExactly(
            new Condition("Ready", "True", 3L, "2026-11-21T12:00:00Z", "Yes", "it is so"),
            new Condition("Progressing", "False", 3L, "2026-11-21T12:00:00Z", "No", "it is not so"),
            new Condition("Degraded", "False", 3L, "2026-11-21T12:00:00Z", "No", "it is not so"),
            new Condition("Resharding", "False", 3L, "2026-11-21T12:00:00Z", "No", "it is not so"));
  }

  @Test
  void aConditionMovesItsTimeOnlyWhenItsStatusChanges() {
    KinesisStreamStatus first = statuses.change(observed(1, null), plan(YES), NOON).orElseThrow();
    Instant later = NOON.plusSeconds(60);
    KinesisStreamStatus second = statuses.change(observed(2, first), plan(NO), later).orElseThrow();
    assertThat(conditions(second))
        .extracting(Condition::lastTransitionTime)
        .containsExactly(
            "2026-11-21T12:01:00Z",
            "2026-11-21T12:00:00Z",
            "2026-11-21T12:00:00Z",
            "2026-11-21T12:00:00Z");
    assertThat(conditions(second)).extracting(Condition::observedGeneration).containsOnly(2L);
  }

  @Test
  void aStatusThatIsAsItShouldBeIsNotWritten() {
    KinesisStreamStatus status = statuses.change(observed(1, null), plan(YES), NOON).orElseThrow();
    assertThat(statuses.change(observed(1, status), plan(YES), NOON.plusSeconds(9))).isEmpty();
    assertThat(statuses.change(observed(2, status), plan(YES), NOON.plusSeconds(9))).isPresent();
  }

  @Test
  void conditionsOfOtherWritersAndTheirOrderDoNotCount() {
    KinesisStreamStatus status = statuses.change(observed(1, null), plan(YES), NOON).orElseThrow();
    List<Condition> mixed = new ArrayList<>(conditions(status).reversed());
    mixed.add(new Condition("Watched", "True", 1L, "2026-11-21T12:00:00Z", "ByOthers", "so"));
    KinesisStreamStatus held =
        new KinesisStreamStatus(
            status.observedGeneration(),
            status.streamARN(),
            status.streamStatus(),
            status.streamId(),
            status.objectUid(),
            status.creationSecond(),
            status.openShardCount(),
            status.closedShardCount(),
            status.endpoint(),
            status.directEndpoint(),
            status.selector(),
            status.shape(),
            status.resharding(),
            status.reshardRequest(),
            mixed);
    assertThat(statuses.change(observed(1, held), plan(YES), NOON.plusSeconds(9))).isEmpty();
  }

  @Test
  void aStreamThatTheApiDoesNotShowHasNoArn() {
    ReconcilePlan rejected =
        new ReconcilePlan(
            Optional.empty(),
            true,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            0,
            Optional.empty(),
            new StreamConditions(NO, NO, NO, NO),
            Optional.empty());
    KinesisStreamStatus status = statuses.change(observed(1, null), rejected, NOON).orElseThrow();
    assertThat(status.streamARN()).isNull();
    assertThat(status.streamStatus()).isNull();
    assertThat(status.streamId()).isNull();
    assertThat(conditions(status)).hasSize(4);
  }
}
