// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.StreamStorage;
import dev.millrace.crds.StreamStorageSpec;
import dev.millrace.operator.resource.GroupName;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shard set with several Raft groups (docs/adr/0030-groups-of-a-set.md). */
class SetGroupsTest {
  private static final String SET = "orders-f2205-0";
  private TestingCluster cluster = new TestingCluster(TestingCluster.replicated(8, 8, 3));

  @BeforeEach
  void settle() {
    cluster.settle();
  }

  private void passUntil(BooleanSupplier condition) {
    for (int pass = 0; !condition.getAsBoolean(); pass++) {
      assertThat(pass).isLessThan(40);
      cluster.pass();
    }
  }

  private static GroupName group(int number) {
    return new GroupName(SET, number);
  }

  private TestingPod leader(int group) {
    return cluster.membersOf(group(group)).stream()
        .filter(TestingPod::leads)
        .findFirst()
        .orElseThrow();
  }

  private List<String> leaders() {
    return IntStream.range(0, 3).mapToObj(group -> leader(group).address().name()).toList();
  }

  private TestingPod member(int group, int ordinal) {
    return cluster.membersOf(group(group)).get(ordinal);
  }

  @Test
  void aSetHasAsManyGroupsAsPodsWithTheShardsInTurn() {
    assertThat(cluster.shardSpecs())
        .extracting(ShardSpec::group)
        .containsExactly(0, 1, 2, 0, 1, 2, 0, 1);
    assertThat(cluster.shardSpecs()).extracting(ShardSpec::groups).containsOnly(3);
    assertThat(cluster.shardStatuses().stream().map(ShardStatus::group).distinct().toList())
        .hasSize(3);
  }

  @Test
  void aSetWithFewerShardsThanPodsHasAGroupForEach() {
    TestingCluster small = new TestingCluster(TestingCluster.replicated(3, 2, 3));
    small.settle();
    assertThat(small.shardSpecs()).extracting(ShardSpec::group).containsExactly(0, 1, null);
    assertThat(small.shardSpecs()).extracting(ShardSpec::groups).containsExactly(2, 2, null);
  }

  @Test
  void eachPodLeadsOneGroup() {
    assertThat(leaders()).doesNotHaveDuplicates();
  }

  @Test
  void aShardShowsTheAddressOfItsGroupAtItsLeader() {
    ShardStatus second = cluster.shardStatuses().get(1);
    assertThat(second.leader()).isEqualTo(leader(1).address().name());
    assertThat(second.address()).endsWith(":4571");
    assertThat(second.hostname()).isEqualTo(second.leader() + ".orders-f2205.team.svc:4571");
    assertThat(Objects.requireNonNull(second.others()))
        .hasSize(2)
        .allMatch(address -> address.endsWith(".orders-f2205.team.svc:4571"));
  }

  @Test
  void aPodThatWasAwayIsGivenAGroupToLeadAgain() {
    String away = leaders().getFirst();
    IntStream.range(0, 3).forEach(group -> stop(group, away));
    cluster.pass();
    assertThat(leaders()).doesNotContain(away);
    IntStream.range(0, 3).forEach(group -> start(group, away));
    cluster.settle();
    assertThat(leaders()).contains(away).doesNotHaveDuplicates();
  }

  private void stop(int group, String pod) {
    named(group, pod).stop();
  }

  private void start(int group, String pod) {
    named(group, pod).start();
  }

  private TestingPod named(int group, String pod) {
    return cluster.membersOf(group(group)).stream()
        .filter(member -> member.address().name().equals(pod))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aGroupThatWasMovedAShortTimeAgoIsNotMovedAgain() {
    String away = leaders().getFirst();
    IntStream.range(0, 3).forEach(group -> stop(group, away));
    cluster.pass();
    IntStream.range(0, 3).forEach(group -> start(group, away));
    cluster.haveRepaired(
        Set.of(LeaderSpread.key(group(0)), LeaderSpread.key(group(1)), LeaderSpread.key(group(2))));
    cluster.settle();
    assertThat(leaders()).doesNotContain(away);
  }

  @Test
  void podsAreReplacedOneAtATimeWithTheirMembersOfAllGroups() {
    cluster.pods().forEach(TestingPod::outdate);
    for (int ordinal = 0; ordinal < 3; ordinal++) {
      int so = ordinal;
      passUntil(() -> cluster.evicted().size() > so);
      assertThat(cluster.plan().actions())
          .as("while a pod is away")
          .noneMatch(ReconcileAction.EvictPod.class::isInstance);
      String pod = cluster.evicted().getLast();
      IntStream.range(0, 3).forEach(group -> start(group, pod));
    }
    cluster.settle();
    assertThat(cluster.evicted()).hasSize(3).doesNotHaveDuplicates();
    assertThat(leaders()).doesNotHaveDuplicates();
  }

  @Test
  void noPodIsReplacedWhileOneOfItsGroupsLacksAnother() {
    cluster.pods().forEach(TestingPod::outdate);
    member(2, 1).stop();
    for (int pass = 0; pass < 5; pass++) {
      cluster.pass();
    }
    assertThat(cluster.evicted()).isSubsetOf(List.of(SET + "-1"));
  }

  @Test
  void aLostDiskIsReplacedInItsGroupOnly() {
    List<String> before = cluster.shardStatuses().getFirst().recordedDisks();
    TestingPod hit = member(1, 2);
    hit.swap(cluster.emptyDisk());
    hit.start();
    passUntil(() -> cluster.shardStatuses().get(1).recordedDisks().contains(hit.disk().id()));
    assertThat(cluster.shardStatuses().getFirst().recordedDisks()).isEqualTo(before);
    assertThat(cluster.shardStatuses().get(1).recordedDisks())
        .contains(hit.disk().id())
        .isEqualTo(cluster.shardStatuses().get(4).recordedDisks());
  }

  @Test
  void theLossOfAMajorityOfAGroupIsAcceptedByItsName() {
    TestingPod left = member(1, 0);
    for (int ordinal = 1; ordinal < 3; ordinal++) {
      member(1, ordinal).swap(cluster.emptyDisk());
      member(1, ordinal).start();
    }
    cluster.tick();
    String consent = AcceptedLosses.text(group(1), left.disk().id());
    assertThat(consent).startsWith(SET + "/1: go on from disk ");
    assertThat(cluster.plan().conditions().degraded().message()).contains(consent);
    assertThat(cluster.plan().conditions().degraded().message()).doesNotContain("and 1 more");
    cluster.annotate(consent);
    passUntil(() -> !left.isUp());
    left.start();
    passUntil(() -> cluster.shardStatuses().get(1).recordedDisks().contains(RecordedGroup.VACANT));
    passUntil(() -> !cluster.shardStatuses().get(1).recordedDisks().contains(RecordedGroup.VACANT));
    assertThat(cluster.shardStatuses().get(1).recordedDisks())
        .hasSize(3)
        .containsExactlyInAnyOrderElementsOf(cluster.configuration(group(1)))
        .contains(left.disk().id());
  }

  @Test
  void aFullDiskIsToldOfOnceForAllGroupsOnIt() {
    cluster.pods().forEach(TestingPod::fill);
    assertThat(cluster.plan().conditions().degraded().message())
        .isEqualTo("no room on the disks of " + SET);
  }

  @Test
  void aReshardPutsItsShardsIntoGroupsAndItsParentsGoWithTheirPods() {
    cluster.scale(4);
    for (int pass = 0; pass < 60 && cluster.shape().open().size() != 4; pass++) {
      cluster.pass();
    }
    assertThat(cluster.shape().open()).hasSize(4);
    assertThat(cluster.shardSpecs())
        .filteredOn(spec -> Objects.equals(spec.bornIn(), 2L))
        .extracting(ShardSpec::group)
        .containsExactly(0, 1, 2, 0);
    cluster.settle();
    assertThat(cluster.pods()).hasSize(18);
  }

  @Test
  void aSetOfAnEarlierVersionKeepsItsOneGroupWhenItsShardsAreMadeAgain() {
    TestingCluster older = new TestingCluster(TestingCluster.replicated(8, 8, 3));
    older.pass();
    StreamStorage kept = older.storage().orElseThrow();
    StreamStorageSpec was = kept.getSpec();
    kept.setSpec(
        new StreamStorageSpec(
            was.streamName(),
            was.streamId(),
            was.creationSecond(),
            was.replicas(),
            null,
            was.shape(),
            was.resharding(),
            was.reshardRequest()));
    older.showStorage(kept);
    older.settle();
    String group = older.shardStatuses().getFirst().group();
    assertThat(older.shardSpecs()).extracting(ShardSpec::group).containsOnlyNulls();
    assertThat(older.pods()).hasSize(3);
    older.deleteShard("orders-f2205-000000000001");
    older.settle();
    assertThat(older.shardSpecs()).extracting(ShardSpec::group).containsOnlyNulls();
    assertThat(older.shardStatuses()).extracting(ShardStatus::group).containsOnly(group);
  }
}
