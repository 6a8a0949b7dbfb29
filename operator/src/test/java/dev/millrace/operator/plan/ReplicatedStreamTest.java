// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.identity.WorkloadIdentity.ShardPodIdentity;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.GroupFormation.FormedMember;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.resource.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
                new ObjectKey(ObjectKey.SECRET, "orders-f2205-rpc"),
                Optional.empty(),
                "*.orders-f2205.team.svc",
                Optional.of(new ShardPodIdentity("team", "orders-f2205"))),
            new ReconcileAction.IssueCertificate(
                new ObjectKey(ObjectKey.SECRET, "orders-f2205-raft"),
                Optional.of(new ObjectKey(ObjectKey.SECRET, "orders-f2205-raft-ca")),
                "*.orders-f2205.team.svc",
                Optional.empty()));
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

  /** The volume of a pod is gone, and its next start has an empty one. */
  private TestingPod.Disk lose(int set, int ordinal) {
    TestingPod pod = cluster.pod(set, ordinal);
    TestingPod.Disk before = pod.disk();
    pod.swap(cluster.emptyDisk());
    pod.start();
    cluster.tick();
    return before;
  }

  private ReconcilePlan passUntil(Class<? extends ReconcileAction> kind) {
    for (int pass = 0; pass < 20; pass++) {
      ReconcilePlan plan = cluster.plan();
      if (!of(kind, plan).isEmpty()) {
        return plan;
      }
      cluster.pass();
    }
    throw new AssertionError("no " + kind.getSimpleName() + " after 20 passes: " + cluster.plan());
  }

  private void awaitReplacement() {
    passUntil(ReconcileAction.RecordGroup.class);
    cluster.settle();
  }

  private FormedMember formed(String disk, int ordinal) {
    return new FormedMember(
        disk,
        "orders-f2205-0-%d.orders-f2205.team.svc:4570".formatted(ordinal),
        "orders-f2205-0-%d.orders-f2205.team.svc:4569".formatted(ordinal));
  }

  private List<String> disks(int set) {
    return List.of(
        cluster.pod(set, 0).disk().id(),
        cluster.pod(set, 1).disk().id(),
        cluster.pod(set, 2).disk().id());
  }

  @Test
  void anEmptyDiskJoinsTheOthersWhileTheyServe() {
    cluster.settle();
    String lost = lose(0, 2).id();
    ReconcilePlan plan = cluster.plan();
    List<String> disks = disks(0);
    String group = Objects.requireNonNull(shard(0).group());
    assertThat(plan.actions())
        .filteredOn(action -> !(action instanceof ReconcileAction.PublishShard))
        .filteredOn(action -> !(action instanceof ReconcileAction.RecordEvent))
        .containsExactly(
            new ReconcileAction.FormGroup(
                cluster.pod(0, 2).address(),
                new GroupFormation(
                    disks.get(2),
                    group,
                    List.of(
                        formed(disks.get(0), 0), formed(disks.get(1), 1), formed(disks.get(2), 2)),
                    true)));
    assertThat(plan.conditions().degraded())
        .isEqualTo(
            ConditionState.yes(
                "ReplicasLost",
                "the disk %s of group %s is gone; pod orders-f2205-0-2 came up with disk %s, which takes its place"
                    .formatted(lost, group, disks.get(2))));
    cluster.pass();
    assertThat(cluster.plan().conditions().ready().holds()).isTrue();
    assertThat(shard(0).inStep()).isEqualTo("2/3");
    assertThat(shard(0).phase()).isEqualTo(Phase.OPEN);
    assertThat(shard(0).recordedDisks()).contains(lost);
  }

  @Test
  void nothingIsDoneWhileADiskThatJoinsGivesNoReport() {
    cluster.settle();
    lose(0, 2);
    cluster.pass();
    assertThat(cluster.pod(0, 2).report()).isEmpty();
    assertThat(cluster.pass().conditions().ready().holds()).isTrue();
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.conditions().degraded().reason()).isEqualTo("ReplicasBehind");
  }

  @Test
  void aDiskThatHasJoinedIsPutInThePlaceOfTheLostOneByTheLeader() {
    cluster.settle();
    List<String> before = shard(0).recordedDisks();
    String lost = lose(0, 2).id();
    ReconcilePlan plan = passUntil(ReconcileAction.AdmitMember.class);
    assertThat(plan.actions())
        .contains(
            new ReconcileAction.AdmitMember(
                cluster.pod(0, 0).address(),
                new MemberAdmission(
                    Objects.requireNonNull(shard(0).group()),
                    before,
                    lost,
                    formed(cluster.pod(0, 2).disk().id(), 2))));
    assertThat(plan.conditions().degraded().reason()).isEqualTo("ReplicasLost");
    assertThat(plan.conditions().degraded().message()).endsWith("which takes its place");
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(plan.recheckAfter()).contains(RecheckDelay.CONVERGING);
    assertThat(shard(0).recordedDisks()).isEqualTo(before);
    assertThat(shard(0).inStep()).isEqualTo("2/3");
  }

  @Test
  void theRecordFollowsTheMembersThatTheLeaderReports() {
    cluster.settle();
    String lost = lose(0, 2).id();
    passUntil(ReconcileAction.RecordGroup.class);
    assertThat(cluster.configuration("orders-f2205-0")).isEqualTo(disks(0)).doesNotContain(lost);
    ReconcilePlan plan = cluster.settle();
    assertThat(shard(0).recordedDisks()).isEqualTo(disks(0));
    assertThat(shard(0).inStep()).isEqualTo("3/3");
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(plan.conditions().degraded().holds()).isFalse();
    assertThat(cluster.pod(0, 2).assignment()).isPresent();
    assertThat(cluster.events()).containsOnlyOnce("ReplicaReplaced").contains("ReplicasLost");
  }

  @Test
  void theStreamIsReadyInEachStepOfAReplacement() {
    cluster.settle();
    lose(0, 2);
    assertThat(of(ReconcileAction.PublishShard.class, cluster.pass())).hasSize(1);
    boolean isRecorded = false;
    for (int pass = 0; pass < 20 && !isRecorded; pass++) {
      ReconcilePlan plan = cluster.pass();
      isRecorded = !of(ReconcileAction.RecordGroup.class, plan).isEmpty();
      assertThat(plan.conditions().ready().holds()).isTrue();
      assertThat(plan.conditions().degraded().holds()).isEqualTo(!isRecorded);
    }
    assertThat(isRecorded).isTrue();
  }

  @Test
  void aNewMemberMayLeadBeforeItIsRecorded() {
    cluster.settle();
    lose(0, 2);
    passUntil(ReconcileAction.RecordGroup.class);
    cluster.pod(0, 0).stop();
    cluster.pod(0, 1).stop();
    cluster.tick();
    cluster.pod(0, 1).start();
    cluster.tick();
    cluster.pod(0, 1).elected(false, 9);
    cluster.pod(0, 2).elected(true, 9);
    cluster.tick();
    assertThat(cluster.leader("orders-f2205-0")).contains(cluster.pod(0, 2));
    cluster.settle();
    assertThat(shard(0).recordedDisks()).isEqualTo(disks(0));
    assertThat(shard(0).leader()).isEqualTo("orders-f2205-0-2");
  }

  @Test
  void aLostDiskIsNotReplacedWithoutAMajorityThatKeepsUp() {
    cluster.settle();
    lose(0, 2);
    passUntil(ReconcileAction.AdmitMember.class);
    // The leader serves on for a moment.
    cluster.pod(0, 1).stop();
    cluster.pod(0, 0).replicate(cluster.podsOf("orders-f2205-0"), shard(0).recordedDisks());
    ReconcilePlan plan = cluster.plan();
    assertThat(of(ReconcileAction.AdmitMember.class, plan)).isEmpty();
    assertThat(plan.conditions().degraded().message())
        .endsWith("once the lost one is silent and a majority keeps up without it");
    cluster.pod(0, 2).swap(cluster.emptyDisk());
    cluster.pod(0, 2).start();
    assertThat(of(ReconcileAction.FormGroup.class, cluster.plan())).isEmpty();
  }

  @Test
  void theRecordOfSomeShardsIsCompletedWithWhatTheMembersAre() {
    TestingCluster packed = new TestingCluster(TestingCluster.replicated(9, 9, 3));
    packed.settle();
    List<String> before = packed.shardStatuses().getFirst().recordedDisks();
    String group = packed.shardStatuses().getFirst().group();
    packed.pod(0, 1).swap(packed.emptyDisk());
    packed.pod(0, 1).start();
    packed.tick();
    for (int pass = 0; of(ReconcileAction.RecordGroup.class, packed.plan()).isEmpty(); pass++) {
      assertThat(pass).isLessThan(20);
      packed.pass();
    }
    List<ReconcileAction.RecordGroup> records =
        of(ReconcileAction.RecordGroup.class, packed.plan());
    assertThat(records).hasSize(3);
    // The operator stops after the first of them.
    packed.act(records.getFirst());
    assertThat(packed.shardStatuses()).extracting(ShardStatus::recordedDisks).contains(before);
    packed.pod(0, 0).stop();
    packed.pod(0, 1).stop();
    ReconcilePlan unled = packed.plan();
    assertThat(unled.conditions().degraded().reason())
        .as("without anybody who knows the members")
        .isEqualTo("ShardsUnavailable");
    packed.pod(0, 0).start();
    packed.pod(0, 1).start();
    packed.tick();
    assertThat(of(ReconcileAction.RecordGroup.class, packed.plan())).hasSize(2);
    ReconcilePlan plan = packed.settle();
    assertThat(plan.conditions().degraded().holds()).isFalse();
    assertThat(packed.shardStatuses())
        .filteredOn(status -> String.valueOf(group).equals(status.group()))
        .hasSize(3)
        .extracting(ShardStatus::recordedDisks)
        .containsOnly(packed.configuration("orders-f2205-0"));
  }

  @Test
  void aReplacedDiskThatComesBackIsLeftAlone() {
    cluster.settle();
    TestingPod.Disk old = lose(0, 2);
    awaitReplacement();
    List<String> replaced = shard(0).recordedDisks();
    cluster.pod(0, 2).swap(old);
    cluster.pod(0, 2).start();
    cluster.tick();
    ReconcilePlan plan = cluster.settle();
    assertThat(plan.conditions().degraded())
        .isEqualTo(
            ConditionState.yes(
                "ReplicasLost",
                "disk %s of pod orders-f2205-0-2 was replaced by disk %s in group %s: delete its volume claim and the pod"
                    .formatted(old.id(), replaced.get(2), shard(0).group())));
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(shard(0).recordedDisks()).isEqualTo(replaced);
    assertThat(cluster.configuration("orders-f2205-0")).isEqualTo(replaced);
    assertThat(shard(0).inStep()).isEqualTo("2/3");
    // Its volume claim and the pod are deleted.
    lose(0, 2);
    awaitReplacement();
    assertThat(shard(0).recordedDisks()).isEqualTo(disks(0));
    assertThat(shard(0).inStep()).isEqualTo("3/3");
  }

  @Test
  void aReplacedDiskThatComesBackBeforeTheRecordFollowedIsLeftAlone() {
    cluster.settle();
    TestingPod.Disk old = lose(0, 2);
    passUntil(ReconcileAction.RecordGroup.class);
    List<String> members = cluster.configuration("orders-f2205-0");
    cluster.pod(0, 2).swap(old);
    cluster.pod(0, 2).start();
    cluster.tick();
    ReconcilePlan plan = cluster.settle();
    assertThat(shard(0).recordedDisks()).isEqualTo(members);
    assertThat(plan.conditions().degraded().message())
        .startsWith("disk %s of pod orders-f2205-0-2 was replaced".formatted(old.id()));
  }

  @Test
  void aDiskThatLostItsGroupIsNotRepaired() {
    cluster.settle();
    cluster.pod(0, 2).disk().loseGroup();
    cluster.tick();
    ReconcilePlan plan = cluster.settle();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.conditions().degraded().reason()).isEqualTo("ReplicasLost");
    assertThat(plan.conditions().degraded().message()).contains("lost its group");
    assertThat(cluster.pod(0, 2).group()).isEmpty();
    assertThat(shard(0).inStep()).isEqualTo("2/3");
  }

  @Test
  void aLostMemberDoesNotCountAsInStepWhateverTheLeaderHasSeenOfIt() {
    cluster.settle();
    TestingPod pod = cluster.pod(0, 2);
    pod.swap(cluster.emptyDisk());
    pod.start();
    // The leader has not missed the lost one yet.
    ReconcilePlan plan = cluster.plan();
    assertThat(of(ReconcileAction.FormGroup.class, plan)).isEmpty();
    assertThat(of(ReconcileAction.PublishShard.class, plan))
        .extracting(action -> action.status().inStep())
        .containsExactly("2/3");
  }

  @Test
  void twoLostDisksOfFiveAreReplacedOneAfterTheOther() {
    TestingCluster five = new TestingCluster(TestingCluster.replicated(1, 1, 5));
    five.settle();
    for (int ordinal : List.of(1, 3)) {
      five.pod(0, ordinal).swap(five.emptyDisk());
      five.pod(0, ordinal).start();
    }
    five.tick();
    assertThat(of(ReconcileAction.FormGroup.class, five.plan()))
        .extracting(action -> action.pod().name())
        .containsExactly("orders-f2205-0-1");
    List<String> steps = new ArrayList<>();
    for (int pass = 0; pass < 30; pass++) {
      ReconcilePlan done = five.pass();
      of(ReconcileAction.FormGroup.class, done)
          .forEach(form -> steps.add("join " + form.pod().name()));
      of(ReconcileAction.AdmitMember.class, done)
          .forEach(admission -> steps.add("admit disk " + admission.admission().added().disk()));
      of(ReconcileAction.RecordGroup.class, done).forEach(group -> steps.add("record"));
    }
    assertThat(steps)
        .containsExactly(
            "join orders-f2205-0-1",
            "admit disk " + five.pod(0, 1).disk().id(),
            "record",
            "join orders-f2205-0-3",
            "admit disk " + five.pod(0, 3).disk().id(),
            "record");
    ReconcilePlan plan = five.settle();
    assertThat(plan.conditions().degraded().holds()).isFalse();
    assertThat(five.shardStatuses().getFirst().inStep()).isEqualTo("5/5");
  }

  @Test
  void noPodIsReplacedWhileALostDiskIs() {
    cluster.settle();
    lose(0, 2);
    passUntil(ReconcileAction.AdmitMember.class);
    cluster.pods().forEach(TestingPod::outdate);
    ReconcilePlan plan = cluster.plan();
    assertThat(of(ReconcileAction.EvictPod.class, plan))
        .extracting(action -> action.pod().name())
        .containsExactly("orders-f2205-1-1");
  }

  @Test
  void aDiskThatHasJoinedAndIsNoMemberIsNotCountedWhenPodsAreReplaced() {
    cluster.settle();
    lose(0, 2);
    passUntil(ReconcileAction.AdmitMember.class);
    cluster.pods().forEach(TestingPod::outdate);
    cluster.pod(0, 2).leave();
    ReconcilePlan plan = cluster.plan();
    assertThat(of(ReconcileAction.AdmitMember.class, plan)).isEmpty();
    assertThat(of(ReconcileAction.EvictPod.class, plan))
        .extracting(action -> action.pod().name())
        .containsExactly("orders-f2205-1-1");
  }

  @Test
  void aPodThatIsToBeReplacedAnywayJoinsAfterwards() {
    cluster.settle();
    cluster.pod(0, 2).outdate();
    lose(0, 2);
    ReconcilePlan plan = cluster.plan();
    assertThat(of(ReconcileAction.FormGroup.class, plan)).isEmpty();
    cluster.pass();
    cluster.pass();
    assertThat(cluster.evicted()).containsExactly("orders-f2205-0-2");
    cluster.pod(0, 2).start();
    awaitReplacement();
    assertThat(shard(0).inStep()).isEqualTo("3/3");
  }

  @Test
  void nothingIsDoneIfItIsNotClearWhichMemberWasLost() {
    TestingCluster five = new TestingCluster(TestingCluster.replicated(1, 1, 5));
    five.settle();
    // The volume of a pod is at another one.
    TestingPod.Disk moved = five.pod(0, 1).disk();
    five.pod(0, 1).swap(five.emptyDisk());
    five.pod(0, 3).swap(moved);
    five.pod(0, 1).start();
    five.pod(0, 3).start();
    five.tick();
    ReconcilePlan plan = five.settle();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.conditions().degraded().reason()).isEqualTo("ReplicasLost");
    assertThat(plan.conditions().degraded().message())
        .contains("it replaces is not clear, so nothing is done");
    assertThat(plan.conditions().ready().holds()).isTrue();
  }

  @Test
  void theShardsOfAGroupWithAReplacedDiskAreRecordedAgain() {
    cluster.settle();
    lose(0, 2);
    awaitReplacement();
    ShardStatus before = shard(0);
    cluster.deleteShard(cluster.observe().shards().getFirst().name());
    cluster.settle();
    assertThat(shard(0).group()).isEqualTo(before.group());
    assertThat(shard(0).recordedDisks()).isEqualTo(before.recordedDisks());
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
    assertThat(plan.conditions().degraded().message())
        .endsWith(
            "; nothing is done by itself. If the volumes cannot be restored, this accepts the loss: annotation millrace.dev/accept-loss='orders-f2205-0: go on from disk %s'"
                .formatted(cluster.pod(0, 0).disk().id()));
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
    assertThat(of(ReconcileAction.IssueCertificate.class, plan)).hasSize(2);
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
