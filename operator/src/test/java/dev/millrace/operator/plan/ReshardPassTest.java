// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStreamSpec.ReshardRequest;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.KinesisStreamStatus.HandledRequest;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.crds.ShardStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One reshard after the other, on a cluster of plain values. */
class ReshardPassTest {
  private static final int MOST_PASSES = 60;

  private final TestingCluster cluster = new TestingCluster(TestingCluster.shards(2, 1));

  private KinesisStreamStatus status() {
    return cluster.status().orElseThrow();
  }

  private Optional<ReshardPhase> phase() {
    return Optional.ofNullable(status().resharding()).map(Resharding::phase);
  }

  private Condition resharding() {
    return Objects.requireNonNull(status().conditions()).stream()
        .filter(condition -> condition.type().equals("Resharding"))
        .findFirst()
        .orElseThrow();
  }

  private void until(ReshardPhase phase) {
    for (int passes = 0; passes < MOST_PASSES; passes++) {
      if (phase().filter(phase::equals).isPresent()) {
        return;
      }
      cluster.pass();
    }
    throw new AssertionError("never " + phase + ": " + status());
  }

  @Test
  void aChangeOfTheCountOpensChildrenInPodsOfTheirOwnAndClosesTheParents() {
    cluster.settle();
    cluster.scale(5);
    cluster.pass();
    assertThat(phase()).contains(ReshardPhase.PREPARING);
    assertThat(status().streamStatus()).isEqualTo(StreamStatus.UPDATING.name());
    assertThat(status().openShardCount()).isEqualTo(2);
    until(ReshardPhase.SEALING);
    cluster.settle();
    assertThat(phase()).isEmpty();
    assertThat(status().streamStatus()).isEqualTo(StreamStatus.ACTIVE.name());
    assertThat(status().openShardCount()).isEqualTo(5);
    assertThat(status().closedShardCount()).isEqualTo(2);
    assertThat(cluster.shape().open()).hasSize(5);
    assertThat(cluster.shape().all().stream().filter(shard -> shard.id().index() < 2))
        .noneMatch(ShardDefinition::isOpen);
    assertThat(cluster.pods()).hasSize(7);
    assertThat(cluster.events())
        .containsExactly("ShardsOpen", "ReshardStarted", "ReshardSealing", "Resharded");
    assertThat(resharding().status()).isEqualTo("False");
  }

  @Test
  void theStreamIsReadyWhileItsChildrenArePreparedAndTheParentsKeepTheirAddresses() {
    cluster.settle();
    cluster.scale(4);
    for (int passes = 0; passes < MOST_PASSES && generation() == 1; passes++) {
      ReconcilePlan plan = cluster.pass();
      assertThat(plan.conditions().ready()).matches(ConditionState::holds, "holds");
      assertThat(plan.openShards()).isEqualTo(generation() == 1 ? 2 : 4);
    }
    for (int passes = 0; passes < 10; passes++) {
      assertThat(cluster.pass().conditions().ready()).matches(ConditionState::holds, "holds");
    }
  }

  private long generation() {
    return Objects.requireNonNull(status().shape()).generation();
  }

  @Test
  void childrenThatDoNotComeUpAreGivenUpAndDeletedAndTheStreamServesOn() {
    cluster.settle();
    cluster.scale(4);
    until(ReshardPhase.PREPARING);
    for (int passes = 0; passes < MOST_PASSES && cluster.pods().size() < 6; passes++) {
      cluster.pass();
    }
    TestingPod stuck = cluster.pods().getLast();
    stuck.stop();
    for (int passes = 0; passes < 10; passes++) {
      cluster.pass();
    }
    assertThat(phase()).contains(ReshardPhase.PREPARING);
    assertThat(resharding().message()).startsWith("3 of 4 children are ready");
    cluster.pass(Duration.ofSeconds(301));
    cluster.pass();
    assertThat(phase()).contains(ReshardPhase.GIVEN_UP);
    assertThat(resharding().reason()).isEqualTo("GivenUp");
    assertThat(resharding().message()).contains("300 s", stuck.address().name());
    assertThat(cluster.events()).contains("ReshardGivenUp");
    for (int passes = 0; passes < MOST_PASSES && cluster.pods().size() > 2; passes++) {
      cluster.pass();
    }
    cluster.pass();
    assertThat(cluster.pods()).hasSize(2);
    assertThat(cluster.shardSpecs()).hasSize(2);
    assertThat(cluster.plan().conditions().ready()).matches(ConditionState::holds, "holds");
    assertThat(cluster.shape().open()).hasSize(2);

    cluster.pass(ReshardPass.RETRY_AFTER);
    cluster.settle();
    assertThat(cluster.shape().open()).hasSize(4);
    assertThat(cluster.shape().open())
        .as("indexes of the children that were given up are not used again")
        .allMatch(shard -> shard.id().index() >= 6);
  }

  @Test
  void aChangeOfMindBeforeTheFenceIsFollowedAtOnce() {
    cluster.settle();
    cluster.scale(4);
    until(ReshardPhase.PREPARING);
    cluster.pass();
    cluster.scale(2);
    cluster.settle();
    assertThat(cluster.shape().open())
        .extracting(shard -> shard.id().index())
        .containsExactly(0, 1);
    assertThat(cluster.pods()).hasSize(2);
    assertThat(cluster.events()).contains("ReshardSuperseded");
    cluster.scale(3);
    cluster.settle();
    assertThat(cluster.shape().open()).hasSize(3);
  }

  @Test
  void aChangeOfMindAfterTheFenceWaitsForTheReshardToBeDone() {
    cluster.settle();
    cluster.scale(4);
    until(ReshardPhase.SEALING);
    cluster.scale(1);
    cluster.settle();
    assertThat(cluster.shape().open()).hasSize(1);
    assertThat(cluster.events())
        .containsExactly(
            "ShardsOpen",
            "ReshardStarted",
            "ReshardSealing",
            "Resharded",
            "ReshardStarted",
            "ReshardSealing",
            "Resharded");
  }

  @Test
  void nothingIsSealedOrPublishedFromAViewThatLacksAChild() {
    cluster.settle();
    cluster.scale(4);
    until(ReshardPhase.SEALING);
    ReconcilePlan plan = cluster.plan(cluster.without(cluster.observe(), "shardId-000000000004"));
    assertThat(plan.actions())
        .noneMatch(ReconcileAction.SealShards.class::isInstance)
        .noneMatch(ReconcileAction.PublishShard.class::isInstance);
    assertThat(plan.conditions().resharding().message()).contains("not all Shards");
    cluster.settle();
    assertThat(cluster.shape().open()).hasSize(4);
  }

  @Test
  void anExactSplitAndMergeAreDoneOnceEach() {
    cluster.settle();
    cluster.request(3, new ReshardRequest("one", "shardId-000000000001", null, LATE_KEY));
    cluster.settle();
    assertThat(cluster.shape().open())
        .extracting(shard -> shard.range().starting().toString())
        .contains(LATE_KEY)
        .hasSize(3);
    assertThat(status().reshardRequest()).isEqualTo(new HandledRequest("one", null, null));
    cluster.request(
        2, new ReshardRequest("two", "shardId-000000000000", "shardId-000000000002", null));
    cluster.settle();
    assertThat(cluster.shape().open())
        .extracting(shard -> shard.id().index())
        .containsExactly(4, 3);
  }

  private static final String LATE_KEY = "340000000000000000000000000000000000000";

  @Test
  void aRequestThatCannotBeDoneIsRejectedWithItsReasonAndNothingElseIsDoneInstead() {
    cluster.settle();
    cluster.request(3, new ReshardRequest("one", "shardId-000000000007", null, LATE_KEY));
    cluster.settle();
    assertThat(resharding().reason()).isEqualTo("RequestRejected");
    assertThat(resharding().message()).contains("shardId-000000000007");
    assertThat(cluster.shape().open()).hasSize(2);
    assertThat(cluster.events()).containsExactly("ShardsOpen", "ReshardRejected");
    cluster.scale(4);
    cluster.settle();
    assertThat(cluster.shape().open()).hasSize(4);
  }

  @Test
  void aRejectedRequestThatIsTakenBackLeavesTheNumberOfShardsToTheSpec() {
    cluster.settle();
    cluster.request(3, new ReshardRequest("one", "shardId-000000000007", null, LATE_KEY));
    cluster.settle();
    assertThat(cluster.shape().open()).hasSize(2);
    cluster.request(3, null);
    cluster.settle();
    assertThat(cluster.shape().open()).hasSize(3);
  }

  @Test
  void whatKeepsParentsFromBeingSealedIsSaidAndTriedSlowlyAfterAWhile() {
    cluster.settle();
    TestingPod parent = cluster.pods().getFirst();
    cluster.scale(4);
    until(ReshardPhase.SEALING);
    parent.stop();
    cluster.fail("could not seal: group x is not reached");
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.conditions().resharding().message()).contains("group x is not reached");
    assertThat(plan.recheckAfter()).contains(RecheckDelay.AFTER_ACTING);
    cluster.pass(RecheckDelay.SEALING_PATIENCE.plusSeconds(1));
    assertThat(cluster.plan().recheckAfter()).contains(RecheckDelay.CONVERGING_SLOWLY);
  }

  @Test
  void parentsGoWithTheirPodsWhenTheirRecordsHaveExpired() {
    cluster.settle();
    cluster.scale(4);
    cluster.settle();
    cluster.pass(Duration.ofHours(23));
    cluster.settle();
    assertThat(cluster.pods()).hasSize(6);
    cluster.pass(Duration.ofHours(2));
    String before = Objects.requireNonNull(status().shape()).digest();
    cluster.settle();
    assertThat(cluster.pods()).hasSize(4);
    assertThat(cluster.shape().all()).hasSize(4);
    assertThat(Objects.requireNonNull(status().shape()).digest()).isNotEqualTo(before);
    assertThat(cluster.shardStatuses())
        .extracting(ShardStatus::phase)
        .containsOnly(ShardStatus.Phase.OPEN);
  }
}
