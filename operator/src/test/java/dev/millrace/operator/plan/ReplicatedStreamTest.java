// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.GroupFormation.FormedMember;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.resource.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A stream whose shards have three replicas each. */
class ReplicatedStreamTest {
  private final TestingCluster cluster = new TestingCluster(TestingCluster.replicated(2, 1, 3));

  private static <T> List<T> of(Class<T> kind, ReconcilePlan plan) {
    return plan.actions().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private void awaitPods() {
    while (cluster.pods().isEmpty()) {
      cluster.pass();
    }
  }

  private ShardStatus shard(int index) {
    return cluster.shardStatuses().get(index);
  }

  @Test
  void certificatesAndVolumesAreThereBeforeThePodsThatNeedThem() {
    cluster.pass();
    ReconcilePlan first = cluster.pass();
    assertThat(of(ReconcileAction.IssueCertificate.class, first))
        .containsExactly(
            new ReconcileAction.IssueCertificate(
                new ObjectKey(ObjectKey.SECRET, "orders-f2205-raft"),
                new ObjectKey(ObjectKey.SECRET, "orders-f2205-raft-ca"),
                "*.orders-f2205.team.svc"));
    awaitPods();
    assertThat(cluster.volumes()).isEqualTo(6);
    assertThat(cluster.pods())
        .extracting(pod -> pod.address().name())
        .contains("orders-f2205-0-0", "orders-f2205-0-1", "orders-f2205-1-2")
        .hasSize(6);
  }

  @Test
  void aGroupIsFormedOfAllItsMembersAndOnlyOnceAllHaveReported() {
    awaitPods();
    cluster.pod(0, 2).stop();
    for (int pass = 0; pass < 5; pass++) {
      cluster.pass();
    }
    assertThat(shard(0).group()).isNull();
    assertThat(shard(1).group()).isNotNull();
    cluster.pod(0, 2).start();
    cluster.pass();
    List<GroupFormation> formed =
        of(ReconcileAction.FormGroup.class, cluster.pass()).stream()
            .map(ReconcileAction.FormGroup::formation)
            .filter(formation -> formation.group().equals(shard(0).group()))
            .toList();
    assertThat(formed).hasSize(3);
    assertThat(formed)
        .extracting(GroupFormation::disk)
        .containsExactlyElementsOf(shard(0).recordedDisks());
    assertThat(formed.getFirst().members())
        .containsExactly(
            new FormedMember(
                cluster.pod(0, 0).disk().id(),
                "orders-f2205-0-0.orders-f2205.team.svc:4570",
                "orders-f2205-0-0.orders-f2205.team.svc:4569"),
            new FormedMember(
                cluster.pod(0, 1).disk().id(),
                "orders-f2205-0-1.orders-f2205.team.svc:4570",
                "orders-f2205-0-1.orders-f2205.team.svc:4569"),
            new FormedMember(
                cluster.pod(0, 2).disk().id(),
                "orders-f2205-0-2.orders-f2205.team.svc:4570",
                "orders-f2205-0-2.orders-f2205.team.svc:4569"));
  }

  @Test
  void noShardIsOpenedBeforeItsGroupIsFormedOnAllDisks() {
    awaitPods();
    while (of(ReconcileAction.FormGroup.class, cluster.plan()).isEmpty()) {
      cluster.pass();
    }
    cluster.pod(0, 2).stop();
    for (int pass = 0; pass < 5; pass++) {
      cluster.pass();
    }
    assertThat(cluster.pod(0, 0).group()).isPresent();
    assertThat(cluster.pod(0, 0).hosted()).isEmpty();
    assertThat(cluster.pod(1, 0).hosted()).isNotEmpty();
    cluster.pod(0, 2).start();
    cluster.settle();
    assertThat(cluster.pod(0, 2).hosted()).isNotEmpty();
  }

  @Test
  void theShardsNameTheLeaderAndTheOtherReplicas() {
    cluster.settle();
    assertThat(shard(0).leader()).isEqualTo("orders-f2205-0-0");
    assertThat(shard(0).hostname()).isEqualTo("orders-f2205-0-0.orders-f2205.team.svc:4569");
    assertThat(shard(0).others())
        .containsExactly(
            "orders-f2205-0-1.orders-f2205.team.svc:4569",
            "orders-f2205-0-2.orders-f2205.team.svc:4569");
    assertThat(shard(0).inStep()).isEqualTo("3/3");
    assertThat(cluster.pods()).allMatch(pod -> pod.assignment().isPresent(), "assigned");
    assertThat(cluster.pods()).allMatch(pod -> pod.publication().isPresent(), "published");
    assertThat(cluster.pod(1, 2).publication().orElseThrow().description().addresses())
        .containsExactly(
            "{set}-0.orders-f2205.team.svc:4569",
            "{set}-1.orders-f2205.team.svc:4569",
            "{set}-2.orders-f2205.team.svc:4569");
  }

  @Test
  void whenTheLeaderGoesTheNextOneIsPublishedAndTheStreamIsReadyAndDegraded() {
    cluster.settle();
    cluster.pod(0, 0).stop();
    cluster.tick();
    ReconcilePlan plan = cluster.settle();
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(plan.conditions().degraded())
        .isEqualTo(
            ConditionState.yes(
                "ReplicasBehind", "the replicas in orders-f2205-0-0 do not keep up"));
    assertThat(shard(0).phase()).isEqualTo(Phase.OPEN);
    assertThat(shard(0).leader()).isEqualTo("orders-f2205-0-1");
    assertThat(shard(0).inStep()).isEqualTo("2/3");
    cluster.pod(0, 0).start();
    cluster.tick();
    assertThat(cluster.settle().conditions().degraded().holds()).isFalse();
    assertThat(shard(0).inStep()).isEqualTo("3/3");
  }

  @Test
  void aPodThatLedBeforeAndDoesNotKnowThatItWasDeposedIsNotTakenForTheLeader() {
    cluster.settle();
    cluster.pod(0, 0).elected(true, 1);
    cluster.pod(0, 1).elected(true, 7);
    assertThat(cluster.plan().actions())
        .filteredOn(ReconcileAction.PublishShard.class::isInstance)
        .extracting(action -> ((ReconcileAction.PublishShard) action).status().leader())
        .containsExactly("orders-f2205-0-1");
  }

  @Test
  void aLostDiskIsSaidAndTheOthersServeOn() {
    cluster.settle();
    cluster.pod(0, 2).swap(cluster.emptyDisk());
    cluster.pod(0, 2).start();
    cluster.tick();
    ReconcilePlan plan = cluster.settle();
    assertThat(of(ReconcileAction.FormGroup.class, plan)).isEmpty();
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(plan.conditions().degraded().reason()).isEqualTo("ReplicasLost");
    assertThat(plan.conditions().degraded().message())
        .contains("pod orders-f2205-0-2 came up with disk");
    assertThat(shard(0).inStep()).isEqualTo("2/3");
    assertThat(shard(0).phase()).isEqualTo(Phase.OPEN);
  }

  @Test
  void withAMajorityOfTheDisksLostNothingIsDoneByItself() {
    cluster.settle();
    for (int ordinal = 1; ordinal < 3; ordinal++) {
      cluster.pod(0, ordinal).swap(cluster.emptyDisk());
      cluster.pod(0, ordinal).start();
    }
    cluster.tick();
    cluster.pass();
    ReconcilePlan plan = cluster.pass();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.conditions().ready().holds()).isFalse();
    assertThat(plan.conditions().degraded().reason()).isEqualTo("DiskLost");
    assertThat(shard(0).phase()).isEqualTo(Phase.LOST);
    assertThat(cluster.pod(0, 1).group()).isEmpty();
    assertThat(cluster.pod(0, 2).group()).isEmpty();
  }

  @Test
  void aReshardGoesOnWithTheReplicasThatAreThere() {
    cluster.settle();
    cluster.scale(4);
    List<ReconcileAction.SealShards> seals = List.of();
    for (int pass = 0; pass < 50 && seals.isEmpty(); pass++) {
      seals = of(ReconcileAction.SealShards.class, cluster.pass());
    }
    ReshardPlan.PlannedShard coordinator = seals.getFirst().step().plan().coordinator();
    assertThat(coordinator.members())
        .extracting(ReshardPlan.GroupMember::pod)
        .containsExactly("orders-f2205-0-0", "orders-f2205-0-1", "orders-f2205-0-2");
    // A parent's leader and a child's go after the point of no return.
    cluster.pod(0, 0).stop();
    cluster.pod(2, 0).stop();
    cluster.tick();
    ReconcilePlan plan = cluster.settle();
    assertThat(plan.conditions().resharding().holds()).isFalse();
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(cluster.shape().open()).hasSize(4);
    assertThat(shard(2).leader()).isEqualTo("orders-f2205-2-1");
  }

  @Test
  void theNumberOfReplicasStaysWhatItWasDecidedToBe() {
    cluster.settle();
    assertThat(Objects.requireNonNull(cluster.storage().orElseThrow().getSpec().replicas()))
        .isEqualTo(3);
    TestingCluster byDefault = new TestingCluster(TestingCluster.shards(1));
    byDefault.settle();
    assertThat(byDefault.storage().orElseThrow().getSpec().copies()).isEqualTo(1);
  }

  @Test
  void aCertificateIsRenewedBeforeItEndsWhileTheStreamStaysReady() {
    cluster.settle();
    cluster.pass(Duration.ofDays(61));
    ReconcilePlan plan = cluster.pass();
    assertThat(of(ReconcileAction.IssueCertificate.class, plan)).hasSize(1);
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(of(ReconcileAction.IssueCertificate.class, cluster.pass())).isEmpty();
  }

  @Test
  void podsAreReplacedOneOfASetAtATimeAndTheLeaderLast() {
    cluster.settle();
    cluster.pods().forEach(TestingPod::outdate);
    ReconcilePlan first = cluster.pass();
    assertThat(first.conditions().ready().holds()).isTrue();
    assertThat(first.conditions().progressing())
        .isEqualTo(
            ConditionState.yes(
                "ReplacingPods", "6 pods are replaced, one of a shard set at a time"));
    assertThat(cluster.evicted()).containsExactly("orders-f2205-0-1", "orders-f2205-1-1");
    for (int pass = 0; pass < 5; pass++) {
      cluster.pass();
    }
    assertThat(cluster.evicted()).as("while they are away").hasSize(2);
    for (int pass = 0; pass < 20; pass++) {
      cluster.pods().forEach(TestingPod::start);
      cluster.pass();
    }
    assertThat(cluster.evicted())
        .filteredOn(pod -> pod.startsWith("orders-f2205-0"))
        .containsExactly("orders-f2205-0-1", "orders-f2205-0-2", "orders-f2205-0-0");
    ReconcilePlan settled = cluster.settle();
    assertThat(settled.conditions().ready().holds()).isTrue();
    assertThat(settled.conditions().progressing().holds()).isFalse();
    assertThat(shard(0).leader()).isEqualTo("orders-f2205-0-1");
  }

  @Test
  void aPodThatDoesNotComeUpIsReplacedBeforeTheOthers() {
    cluster.settle();
    cluster.pods().forEach(TestingPod::outdate);
    cluster.pod(0, 2).stop();
    cluster.tick();
    cluster.pass();
    cluster.pass();
    assertThat(cluster.evicted()).contains("orders-f2205-0-2").doesNotContain("orders-f2205-0-1");
  }
}
