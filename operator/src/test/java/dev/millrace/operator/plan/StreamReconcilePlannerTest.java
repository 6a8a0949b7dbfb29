// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamNameClaim;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.resource.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is planned, by what is observed. */
class StreamReconcilePlannerTest {
  private static final String LOW_UID = "00000000-0000-4000-8000-000000000001";

  private final TestingCluster cluster = new TestingCluster(TestingCluster.shards(4, 2));

  private static StreamNameClaim rival(String name, String uid, Instant creation) {
    return new StreamNameClaim(name, uid, creation, false);
  }

  private static List<String> kinds(ReconcilePlan plan) {
    return plan.actions().stream()
        .filter(action -> !(action instanceof ReconcileAction.RecordEvent))
        .map(action -> action.getClass().getSimpleName())
        .toList();
  }

  @Test
  void theCreationIsRecordedBeforeAnythingElseIsCreated() {
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.actions().stream().map(ReconcileAction::toString))
        .containsExactly(
            "record the creation of stream orders (%s)"
                .formatted(TestingCluster.IDENTITY.streamId()));
    assertThat(plan.lifecycle()).contains(StreamStatus.CREATING);
    assertThat(plan.creationSecond()).isEmpty();
    assertThat(plan.conditions().ready().reason()).isEqualTo("ShardsOpening");
    assertThat(plan.recheckAfter()).contains(Duration.ofMillis(200));
  }

  @Test
  void aStreamFromBeforeTheHistoryIsRecordedAndKeepsItsSecond() {
    cluster.settle();
    cluster.loseHistory();
    cluster.forgetSecond();
    ReconcilePlan plan = cluster.pass();
    assertThat(kinds(plan)).containsExactly("RecordCreation");
    assertThat(plan.openShards()).isEqualTo(4);
    cluster.settle();
    long second = TestingCluster.CREATION.getEpochSecond();
    assertThat(cluster.status().map(KinesisStreamStatus::creationSecond)).contains(second);
    assertThat(cluster.shardSpecs()).extracting(ShardSpec::creationSecond).containsOnly(second);
  }

  @Test
  void aNewStreamGetsItsServicesAndShardsAndThenItsShardSetsAndNothingElseYet() {
    cluster.pass();
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.actions().stream().map(ReconcileAction::toString))
        .containsExactly(
            "apply Service orders-f2205",
            "apply Service orders",
            "apply Shard orders-f2205-000000000000",
            "apply Shard orders-f2205-000000000001",
            "apply Shard orders-f2205-000000000002",
            "apply Shard orders-f2205-000000000003",
            "issue the certificate in Secret orders-f2205-rpc");
    assertThat(plan.lifecycle()).contains(StreamStatus.CREATING);
    assertThat(plan.conditions().ready().reason()).isEqualTo("ShardsOpening");
    cluster.pass();
    assertThat(cluster.plan().actions().stream().map(ReconcileAction::toString))
        .filteredOn(action -> action.startsWith("apply"))
        .containsExactly(
            "apply PersistentVolumeClaim data-orders-f2205-0-0",
            "apply PersistentVolumeClaim data-orders-f2205-1-0");
    cluster.pass();
    assertThat(cluster.plan().actions().stream().map(ReconcileAction::toString))
        .filteredOn(action -> action.startsWith("apply"))
        .containsExactly("apply StatefulSet orders-f2205-0", "apply StatefulSet orders-f2205-1");
  }

  @Test
  void aLateStatusOfADeletedStreamDoesNotCountForItsSuccessor() {
    cluster.settle();
    Optional<KinesisStreamStatus> late = cluster.status();
    cluster.createAgain(TestingCluster.CREATION);
    cluster.showStatus(late);
    ReconcilePlan plan = cluster.pass();
    assertThat(kinds(plan)).containsExactly("RecordCreation");
    assertThat(plan.lifecycle()).contains(StreamStatus.CREATING);
    cluster.showStatus(late);
    assertThat(cluster.pass().lifecycle()).contains(StreamStatus.CREATING);
    cluster.settle();
    assertThat(cluster.status().map(KinesisStreamStatus::creationSecond))
        .contains(TestingCluster.CREATION.getEpochSecond() + 1);
  }

  @Test
  void theSameObservationGivesTheSamePlan() {
    ObservedStream observed = cluster.observe();
    assertThat(cluster.plan(observed)).isEqualTo(cluster.plan(observed));
  }

  @Test
  void aStreamComesUpStepByStepAndIsReadyWhenNothingIsLeftToDo() {
    ReconcilePlan settled = cluster.settle();
    assertThat(settled.conditions().ready())
        .isEqualTo(ConditionState.yes("ShardsOpen", "4 shards are open"));
    assertThat(settled.conditions().progressing().holds()).isFalse();
    assertThat(settled.conditions().degraded().holds()).isFalse();
    assertThat(settled.lifecycle()).contains(StreamStatus.ACTIVE);
    assertThat(settled.openShards()).isEqualTo(4);
    assertThat(settled.recheckAfter()).contains(RecheckDelay.QUIET);
    assertThat(cluster.shardStatuses()).extracting(ShardStatus::phase).containsOnly(Phase.OPEN);
    assertThat(cluster.shardStatuses().getLast().hostname())
        .isEqualTo("orders-f2205-1-0.orders-f2205.team.svc:4569");
  }

  @Test
  void theGroupIsRecordedInAllShardsOfTheSetBeforeItIsFormed() {
    while (cluster.pods().isEmpty()) {
      cluster.pass();
    }
    List<ReconcileAction> record = cluster.plan().actions();
    assertThat(record).hasSize(4).allMatch(ReconcileAction.RecordGroup.class::isInstance);

    // The operator dies after three of four: only the set that is recorded in full goes on.
    record.stream().limit(3).forEach(cluster::act);
    assertThat(kinds(cluster.plan())).containsExactly("FormGroup", "RecordGroup");
    ReconcileAction.RecordGroup left =
        (ReconcileAction.RecordGroup) cluster.plan().actions().getLast();
    assertThat(left.status().group()).isEqualTo(cluster.shardStatuses().get(2).group());
    assertThat(left.status().disk()).isEqualTo(cluster.shardStatuses().get(2).disk());
  }

  @Test
  void anEmptyDiskIsNeverFormedInPlaceOfALostOne() {
    cluster.settle();
    cluster.pod(0).swap(cluster.emptyDisk());
    cluster.pod(0).start();
    ReconcilePlan plan = cluster.pass();
    assertThat(kinds(plan)).containsOnly("PublishShard");
    assertThat(plan.conditions().degraded().reason()).isEqualTo("DiskLost");
    assertThat(plan.conditions().ready().holds()).isFalse();
    assertThat(plan.conditions().degraded().message())
        .matches(
            "the disk disk-1 of group [0-9a-f-]{36} is gone; pod orders-f2205-0-0 came up with"
                + " disk disk-3: restore the volume");
    assertThat(cluster.shardStatuses())
        .extracting(ShardStatus::phase)
        .containsExactly(Phase.LOST, Phase.LOST, Phase.OPEN, Phase.OPEN);
    assertThat(cluster.plan().actions()).isEmpty();

    // The loss is not forgotten while the pod is away.
    cluster.pod(0).stop();
    assertThat(cluster.plan().actions()).isEmpty();
    assertThat(cluster.plan().conditions().degraded().reason()).isEqualTo("DiskLost");
  }

  @Test
  void aDiskThatLostItsGroupIsNotFormedAgain() {
    cluster.settle();
    cluster.pod(1).disk().loseGroup();
    cluster.tick();
    ReconcilePlan plan = cluster.plan();
    assertThat(kinds(plan)).containsOnly("PublishShard");
    assertThat(plan.conditions().degraded().reason()).isEqualTo("DiskLost");
  }

  @Test
  void theRightDiskHealsTheLoss() {
    cluster.settle();
    TestingPod.Disk disk = cluster.pod(0).disk();
    cluster.pod(0).swap(cluster.emptyDisk());
    cluster.pod(0).start();
    cluster.pass();
    cluster.pod(0).swap(disk);
    cluster.pod(0).start();
    assertThat(cluster.settle().conditions().ready().holds()).isTrue();
    assertThat(cluster.shardStatuses()).extracting(ShardStatus::message).containsOnlyNulls();
  }

  @Test
  void aShardObjectThatIsDeletedComesBackWithItsGroup() {
    cluster.settle();
    List<ShardStatus> before = cluster.shardStatuses();
    cluster.deleteShard("orders-f2205-000000000001");
    cluster.deleteShard("orders-f2205-000000000000");
    cluster.settle();
    assertThat(cluster.shardStatuses()).isEqualTo(before);
  }

  @Test
  void aPodThatIsAwayMakesItsShardsUnavailableAndKeepsWhereTheyWere() {
    cluster.settle();
    ShardStatus before = cluster.shardStatuses().getFirst();
    cluster.pod(0).stop();
    ReconcilePlan plan = cluster.pass();
    ShardStatus after = cluster.shardStatuses().getFirst();
    assertThat(after.phase()).isEqualTo(Phase.UNAVAILABLE);
    assertThat(after.message()).isEqualTo("pod orders-f2205-0-0 gives no report");
    assertThat(after.group()).isEqualTo(before.group());
    assertThat(after.disk()).isEqualTo(before.disk());
    assertThat(after.address()).isEqualTo(before.address());
    assertThat(plan.conditions().degraded().reason()).isEqualTo("ShardsUnavailable");
    assertThat(plan.lifecycle()).contains(StreamStatus.ACTIVE);
    // In Kinesis' sense a shard is open until it is closed.
    assertThat(cluster.plan().openShards()).isEqualTo(4);

    cluster.pod(0).start();
    cluster.settle();
    assertThat(cluster.shardStatuses().getFirst().address()).isNotEqualTo(before.address());
  }

  @Test
  void aChangeOfTheRetentionIsAssignedAndReadyOnlyAfterwards() {
    cluster.settle();
    cluster.retain(48);
    ReconcilePlan plan = cluster.plan();
    assertThat(kinds(plan)).containsExactly("Assign", "Assign", "PublishStream", "PublishStream");
    ReconcileAction.Assign assign = (ReconcileAction.Assign) plan.actions().getFirst();
    PodAssignment.AssignedStream assigned = assign.assignment().streams().getFirst();
    assertThat(assigned.retentionPeriodHours()).isEqualTo(48);
    assertThat(assigned.shards())
        .extracting(PodAssignment.AssignedShard::shardId)
        .containsExactly("shardId-000000000000", "shardId-000000000001");
    assertThat(plan.conditions().ready().holds()).isFalse();
    assertThat(plan.conditions().ready().message())
        .isEqualTo(
            "0 of 4 shards are open with the settings of generation 2; pod orders-f2205-0-0 has not"
                + " taken its assignment yet");
    assertThat(plan.recheckAfter()).contains(Duration.ofMillis(200));

    // The shards serve on while their settings change.
    cluster.act(plan.actions().getFirst());
    assertThat(kinds(cluster.plan())).containsExactly("Assign", "PublishStream", "PublishStream");
    assertThat(cluster.shardStatuses()).extracting(ShardStatus::phase).containsOnly(Phase.OPEN);
    assertThat(cluster.settle().conditions().ready().holds()).isTrue();
  }

  @Test
  void aNewStreamThatHasWaitedLongForItsPodsIsReadySoonAfterThem() {
    while (cluster.pods().isEmpty()) {
      cluster.pass();
    }
    cluster.pods().forEach(TestingPod::stop);
    cluster.pass(RecheckDelay.PATIENCE.plusSeconds(1));
    cluster.pods().forEach(TestingPod::start);
    cluster.pass();
    ReconcilePlan plan = cluster.plan();
    assertThat(kinds(plan)).contains("FormGroup");
    assertThat(plan.recheckAfter()).contains(RecheckDelay.CONVERGING);
    cluster.fail("could not form the group");
    assertThat(cluster.plan().recheckAfter()).contains(RecheckDelay.CONVERGING_SLOWLY);
  }

  @Test
  void aReadyStreamIsAskedOftenOnlyWhileSomethingMayChangeWithoutANotice() {
    assertThat(cluster.settle().recheckAfter()).contains(RecheckDelay.QUIET);
    cluster.pod(1).fill();
    cluster.pass();
    assertThat(cluster.plan().recheckAfter()).as("a full disk").contains(RecheckDelay.STEADY);
    TestingCluster resharded = new TestingCluster(TestingCluster.shards(1, 1));
    resharded.settle();
    resharded.scale(2);
    assertThat(resharded.settle().recheckAfter()).as("a closed shard").contains(RecheckDelay.QUIET);
    resharded.pod(1).read(0);
    assertThat(resharded.plan().recheckAfter()).as("a consumer").contains(RecheckDelay.QUIET);
    resharded.pod(1).read(20);
    assertThat(resharded.plan().recheckAfter())
        .as("the lag of one that is not registered any more")
        .contains(RecheckDelay.QUIET);
    resharded.register(
        new ConsumerDefinition(
            "billing", 1, ConsumerStatus.ACTIVE, new TreeMap<>(), Optional.empty()));
    resharded.settle();
    assertThat(resharded.plan().recheckAfter()).as("its lag").contains(RecheckDelay.STEADY);
    TestingCluster failing = new TestingCluster(TestingCluster.shards(1, 1));
    failing.settle();
    failing.fail("could not do something");
    assertThat(failing.plan().recheckAfter()).as("a failure").contains(RecheckDelay.STEADY);
  }

  @Test
  void aPodThatDoesNotTakeItsSettingsIsAskedLessOftenAfterAWhile() {
    cluster.settle();
    cluster.retain(48);
    ObservedStream observed = cluster.observe();
    cluster.writeStatus(observed, cluster.plan(observed));
    for (int second = 0; second <= 121; second++) {
      cluster.tick();
    }
    assertThat(cluster.plan().recheckAfter()).contains(Duration.ofSeconds(10));
  }

  @Test
  void aNameBelongsToTheStreamThatWasCreatedFirst() {
    cluster.add(rival("first", LOW_UID, TestingCluster.CREATION.minusSeconds(1)));
    ReconcilePlan plan = cluster.plan();
    assertThat(kinds(plan)).isEmpty();
    assertThat(plan.lifecycle()).isEmpty();
    assertThat(plan.conditions().ready())
        .isEqualTo(
            ConditionState.no(
                "NameTaken",
                "stream name orders is taken by KinesisStream first of this namespace"));
    assertThat(plan.recheckAfter()).contains(Duration.ofSeconds(5));
  }

  @Test
  void aLaterClaimantChangesNothing() {
    cluster.settle();
    cluster.add(rival("later", LOW_UID, TestingCluster.CREATION.plusSeconds(1)));
    cluster.add(rival("equal", LOW_UID, TestingCluster.CREATION));
    assertThat(cluster.plan().conditions().ready().holds()).isTrue();
  }

  @Test
  void ofTwoOfTheSameSecondTheLowerUidHasTheName() {
    cluster.add(rival("equal", LOW_UID, TestingCluster.CREATION));
    assertThat(cluster.plan().conditions().ready().reason()).isEqualTo("NameTaken");
  }

  @Test
  void aDeletionPlansNothing() {
    cluster.settle();
    cluster.pod(0).stop();
    cluster.delete();
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.lifecycle()).contains(StreamStatus.DELETING);
    assertThat(plan.conditions().ready().reason()).isEqualTo("Deleting");
    assertThat(plan.recheckAfter()).isEmpty();
  }

  @Test
  void objectsOfOtherOwnersAreLeftAlone() {
    ObjectKey key = new ObjectKey(ObjectKey.STATEFUL_SET, "orders-f2205-1");
    cluster.addForeign(key);
    for (int passes = 0; passes < 20; passes++) {
      cluster.pass();
    }
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.conditions().progressing())
        .isEqualTo(
            ConditionState.yes(
                "WaitingForNames",
                "objects with other owners have the names that this stream needs: StatefulSet"
                    + " orders-f2205-1"));
    assertThat(plan.conditions().ready().holds()).isFalse();
    assertThat(plan.lifecycle()).contains(StreamStatus.CREATING);
    assertThat(cluster.shardStatuses())
        .extracting(ShardStatus::phase)
        .containsExactly(Phase.OPEN, Phase.OPEN, Phase.PENDING, Phase.PENDING);

    cluster.free(key);
    assertThat(cluster.settle().conditions().ready().holds()).isTrue();
  }

  @Test
  void aReportOfAnotherStreamIsNotTakenForOurs() {
    cluster.settle();
    PodReport other =
        new PodReport(
            "disk-9",
            "group-9",
            true,
            1,
            null,
            null,
            null,
            true,
            new PodAssignment(
                List.of(new AssignedStream("0123456789abcdef", 24, "aws", List.of()))),
            List.of(),
            List.of(),
            null);
    ReconcilePlan plan =
        cluster.plan(
            cluster.observe(
                cluster.pods().stream()
                    .collect(
                        Collectors.toMap(
                            pod -> pod,
                            pod -> pod == cluster.pod(0) ? Optional.of(other) : pod.report()))));
    assertThat(plan.conditions().degraded().reason()).isEqualTo("ShardsUnavailable");
  }

  @Test
  void whatCouldNotBeDoneIsShown() {
    cluster.pass();
    cluster.fail("could not apply StatefulSet orders-f2205-0: exceeded quota: shards");
    assertThat(cluster.plan().conditions().ready().message())
        .isEqualTo(
            "0 of 4 shards are open with the settings of generation 1; could not apply StatefulSet"
                + " orders-f2205-0: exceeded quota: shards");
  }

  @Test
  void aFullDiskIsShown() {
    cluster.settle();
    cluster.pod(1).fill();
    assertThat(cluster.plan().conditions().degraded())
        .isEqualTo(ConditionState.yes("DiskFull", "no room on the disks of orders-f2205-1"));
  }

  @Test
  void aLargeStreamIsMadeInBoundedPasses() {
    TestingCluster large = new TestingCluster(TestingCluster.shards(1_000, 10));
    large.pass();
    assertThat(large.plan().actions())
        .filteredOn(ReconcileAction.ApplyResource.class::isInstance)
        .hasSize(ReconcilePass.MOST_APPLIES);
    assertThat(large.settle().openShards()).isEqualTo(1_000);
  }
}
