// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.stream.AccountId;
import dev.millrace.core.stream.ConsumerClaim;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.StreamConsumerSpec;
import dev.millrace.crds.StreamConsumerSpec.StreamRef;
import dev.millrace.crds.StreamConsumerStatus;
import dev.millrace.crds.StreamConsumerStatus.ShardLag;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ConsumedStream;
import dev.millrace.operator.observe.ObservedConsumer;
import dev.millrace.operator.plan.ConsumerPlan.LaggingShard;
import dev.millrace.operator.plan.ConsumerPlan.Progress;
import dev.millrace.operator.status.ConsumerStatuses;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A consumer waits for its stream and its name, and says how far it has read. */
class ConsumerPlannerTest {
  private static final Instant CREATED = Instant.parse("2026-11-21T09:00:00Z");
  private static final Instant NOW = CREATED.plusSeconds(60);
  private static final String ARN =
      AccountId.ofNamespace("team").streamArn("us-east-1", new StreamName("Orders"))
          + "/consumer/fraud:"
          + CREATED.getEpochSecond();
  private static final String UID = "0a1b2c3d-0000-4000-8000-000000000012";
  private static final ConsumedStream SERVING =
      new ConsumedStream(new StreamName("Orders"), new StreamId(7), true);
  private static final StreamConsumerSpec SPEC =
      new StreamConsumerSpec(new StreamRef("orders"), null, "fraud", null, null);

  private final ConsumerPlanner planner =
      new ConsumerPlanner(OperatorSettings.of(Map.of("MILLRACE_SHARD_IMAGE", "image")));

  private StreamConsumerSpec spec = SPEC;
  private boolean deleting;
  private @Nullable StreamConsumerStatus status;
  private @Nullable ConsumedStream stream = SERVING;
  private final List<ConsumerClaim> rivals = new ArrayList<>();
  private final List<ShardSubscription> subscriptions = new ArrayList<>();

  private ObservedConsumer observed() {
    return new ObservedConsumer(
        "team",
        "object",
        UID,
        3,
        CREATED,
        deleting,
        spec,
        Optional.ofNullable(status),
        Optional.ofNullable(stream),
        rivals,
        subscriptions);
  }

  private ConsumerPlan plan() {
    return planner.plan(observed());
  }

  private void rejected(String reason, String message) {
    ConsumerPlan plan = plan();
    assertThat(plan.arn()).isEmpty();
    assertThat(plan.lifecycle()).isEmpty();
    assertThat(plan.ready().holds()).isFalse();
    assertThat(plan.ready().reason()).isEqualTo(reason);
    assertThat(plan.ready().message()).contains(message);
  }

  @Test
  void aConsumerThatComesBeforeItsStreamWaits() {
    stream = null;
    ConsumerPlan plan = plan();
    assertThat(plan.lifecycle()).contains(ConsumerStatus.CREATING);
    assertThat(plan.arn()).isEmpty();
    assertThat(plan.ready())
        .isEqualTo(
            ConditionState.no(
                "WaitingForStream", "there is no KinesisStream orders that has its stream name"));
  }

  @Test
  void aConsumerWaitsUntilItsStreamIsActive() {
    stream = new ConsumedStream(SERVING.name(), SERVING.id(), false);
    ConsumerPlan plan = plan();
    assertThat(plan.lifecycle()).contains(ConsumerStatus.CREATING);
    assertThat(plan.ready())
        .isEqualTo(ConditionState.no("WaitingForStream", "stream Orders is not ACTIVE"));
  }

  @Test
  void theConsumerOfAnActiveStreamIsRegistered() {
    ConsumerPlan plan = plan();
    assertThat(plan.lifecycle()).contains(ConsumerStatus.ACTIVE);
    assertThat(plan.arn()).contains(ARN);
    assertThat(plan.ready())
        .isEqualTo(
            ConditionState.yes("Registered", "consumer fraud of stream Orders is registered"));
    assertThat(plan.progress()).contains(new Progress(0, 0, List.of()));
    assertThat(plan.recheckAfter()).contains(ConsumerPlanner.PROGRESS);
  }

  @Test
  void theConsumerNameIsTheObjectsUnlessItIsGiven() {
    spec = new StreamConsumerSpec(new StreamRef("orders"), null, null, null, null);
    assertThat(plan().arn().orElseThrow()).contains("/consumer/object:");
  }

  @Test
  void anArnOfAnotherAccountOrRegionIsRefused() {
    for (String arn :
        List.of(
            "arn:aws:kinesis:us-east-1:000000000000:stream/Orders",
            ARN.substring(0, ARN.indexOf("/consumer/")).replace("us-east-1", "eu-west-1"),
            "orders")) {
      spec = new StreamConsumerSpec(null, arn, "fraud", null, null);
      rejected("InvalidStreamARN", "found '" + arn + "'");
    }
  }

  @Test
  void theOlderOfTwoHasTheName() {
    rivals.add(new ConsumerClaim("b", CREATED.plusSeconds(1), "fraud", Optional.empty()));
    assertThat(plan().lifecycle()).contains(ConsumerStatus.ACTIVE);
    rivals.add(new ConsumerClaim("c", CREATED.minusSeconds(1), "fraud", Optional.empty()));
    rejected("NameTaken", "consumer fraud of stream Orders");
  }

  @Test
  void whoHasTheNameKeepsItWhateverTheClockSays() {
    status = new StreamConsumerStatus(1L, ARN, "ACTIVE", null, null, null, null, null);
    rivals.add(new ConsumerClaim("c", CREATED.minusSeconds(1), "fraud", Optional.empty()));
    assertThat(plan().lifecycle()).contains(ConsumerStatus.ACTIVE);
  }

  @Test
  void aNameThatKinesisDoesNotTakeIsRefused() {
    spec = new StreamConsumerSpec(new StreamRef("orders"), null, "n".repeat(129), null, null);
    rejected("InvalidName", "found 129");
  }

  @Test
  void aConsumerThatIsBeingDeletedIsDeleting() {
    deleting = true;
    assertThat(plan().lifecycle()).contains(ConsumerStatus.DELETING);
    assertThat(plan().ready().reason()).isEqualTo("Deleting");
  }

  private static ShardSubscription reads(int shard, boolean active, long lagMillis) {
    return new ShardSubscription(
        SERVING.id().toString(),
        "shardId-%012d".formatted(shard),
        "fraud",
        CREATED.getEpochSecond(),
        active,
        lagMillis);
  }

  @Test
  void theTenWorstShardsAreShownAndTheLagIsTheGreatest() {
    for (int shard = 0; shard < 12; shard++) {
      subscriptions.add(reads(shard, shard % 2 == 0, shard * 100L));
    }
    subscriptions.add(
        new ShardSubscription(
            SERVING.id().toString(), "shardId-000000000099", "other", 1, true, 9_999));
    subscriptions.add(
        new ShardSubscription(
            SERVING.id().toString(), "shardId-000000000098", "fraud", 1, true, 9_999));
    Progress progress = plan().progress().orElseThrow();
    assertThat(progress.activeSubscriptions()).isEqualTo(6);
    assertThat(progress.greatestLagMillis()).isEqualTo(1_100);
    assertThat(progress.worst())
        .hasSize(10)
        .contains(new LaggingShard("shardId-000000000002", 200));
    assertThat(progress.worst().getFirst())
        .isEqualTo(new LaggingShard("shardId-000000000011", 1_100));
  }

  private Optional<StreamConsumerStatus> change(Instant now) {
    return ConsumerStatuses.change(observed(), plan(), now);
  }

  @Test
  void numbersAreWrittenOnceAMinuteAndTransitionsAtOnce() {
    subscriptions.add(reads(0, true, 100));
    status = change(NOW).orElseThrow();
    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(status.consumerStatus()).isEqualTo("ACTIVE");
    assertThat(status.activeSubscriptions()).isEqualTo(1);
    assertThat(status.worstShards()).containsExactly(new ShardLag("shardId-000000000000", 100));
    assertThat(change(NOW.plus(Duration.ofDays(1)))).as("nothing has changed").isEmpty();

    subscriptions.set(0, reads(0, true, 200));
    assertThat(change(NOW.plusSeconds(59))).isEmpty();
    assertThat(change(NOW.plusSeconds(60)))
        .map(StreamConsumerStatus::greatestLagMillis)
        .contains(200L);

    stream = new ConsumedStream(SERVING.name(), SERVING.id(), false);
    StreamConsumerStatus waiting = change(NOW.plusSeconds(1)).orElseThrow();
    assertThat(waiting.consumerStatus()).isEqualTo("CREATING");
    assertThat(waiting.activeSubscriptions()).isNull();
    assertThat(Objects.requireNonNull(waiting.conditions()).getFirst().lastTransitionTime())
        .isEqualTo(NOW.plusSeconds(1).toString());
  }
}
