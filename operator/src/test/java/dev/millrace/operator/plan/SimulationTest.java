// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamSpec.DeletionPolicy;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.ShardSpec;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ResourceNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The operator stops between any two actions, pods restart, reports and caches are late. Still the
 * stream becomes ready, no group is formed on two disks, lost disks of a minority are replaced, and
 * a stream that is created again never repeats a creation second. A failure shows its seed, and
 * {@code -Dmillrace.simulation.seed=} repeats it.
 */
class SimulationTest {
  private static final int RUNS = 200;
  private static final int RESHARD_RUNS = 40;

  /** So many seeds have one stream that is packed by default: it has more shards. */
  private static final int PACKED_EVERY = 8;

  private static final int PACKED_ABOVE = 6;
  private static final int TROUBLED_PASSES = 60;
  private static final int CALM_PASSES = 120;
  private static final int LOSSES = 4;

  private static final int REPLICATED_EVERY = 3;

  /** Streams of one name, one after the other. */
  private static final int INCARNATIONS = 6;

  private static final int MOST_PASSES_OF_AN_INCARNATION = 8;

  /** An election takes a pass without an action. */
  private static final int QUIET_PASSES = 3;

  private Random chance = new Random(0);
  private TestingCluster cluster = new TestingCluster(TestingCluster.shards(1, 1));
  private Map<TestingPod, Optional<PodReport>> lateReports = new HashMap<>();
  private Optional<ObservedStream> lateView = Optional.empty();
  private boolean isResharding;

  /** Whether the operator reads Shards before it asks pods, as it does: no report is older. */
  private boolean isOrdered;

  static LongStream seeds() {
    Long given = Long.getLong("millrace.simulation.seed");
    return given == null ? LongStream.range(0, RUNS) : LongStream.of(given);
  }

  static LongStream fewSeeds() {
    return seeds().limit(RESHARD_RUNS);
  }

  private void begin(long seed, Runnable run) {
    chance = new Random(seed);
    int shards = 1 + chance.nextInt(6);
    int perPod = 1 + chance.nextInt(3);
    cluster =
        new TestingCluster(
            seed % PACKED_EVERY == 0
                ? TestingCluster.shards(shards + PACKED_ABOVE)
                : TestingCluster.replicated(shards, perPod, seed % REPLICATED_EVERY == 0 ? 3 : 1));
    try {
      run.run();
    } catch (AssertionError e) {
      throw new AssertionError("-Dmillrace.simulation.seed=" + seed + ": " + e.getMessage(), e);
    }
  }

  /** Of a stream that is packed by default, around the number from which on it is packed. */
  private int wantedShards(long seed) {
    return seed % PACKED_EVERY == 0 ? 7 + chance.nextInt(6) : 1 + chance.nextInt(6);
  }

  private boolean oneIn(int times) {
    return chance.nextInt(times) == 0;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aStreamComesUpThroughCrashesRestartsAndLateReports(long seed) {
    begin(
        seed,
        () -> {
          for (int pass = 0; pass < TROUBLED_PASSES; pass++) {
            disturb();
            troubledPass();
          }
          comesUp();
        });
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewSeeds")
  void aStreamChangesItsShardsThroughCrashesRestartsAndChangesOfMind(long seed) {
    begin(
        seed,
        () -> {
          isResharding = true;
          for (int pass = 0; pass < 3 * TROUBLED_PASSES; pass++) {
            disturb();
            if (oneIn(20)) {
              cluster.scale(wantedShards(seed));
            }
            if (oneIn(40)) {
              cluster.pass(Duration.ofMinutes(chance.nextInt(20)));
            }
            troubledPass();
          }
          // The first wait may end the time that children had to come up, the second one the pause
          // after that.
          calm();
          cluster.pass(ReshardPass.RETRY_AFTER);
          calm();
          cluster.pass(ReshardPass.RETRY_AFTER);
          comesUp();
        });
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void noGroupIsFormedAnewWhenADiskIsLostAtAnyMoment(long seed) {
    begin(seed, this::loseADisk);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aStreamThatIsCreatedAgainComesAfterItsPredecessorsWhateverTheClockSays(long seed) {
    begin(
        seed,
        () -> {
          for (int incarnation = 0; incarnation < INCARNATIONS; incarnation++) {
            int passes = chance.nextInt(MOST_PASSES_OF_AN_INCARNATION);
            for (int pass = 0; pass < passes; pass++) {
              disturb();
              troubledPass();
            }
            cluster.createAgain(cluster.now().plusMillis(1_500 - chance.nextInt(4_000)));
          }
          comesUp();
          assertThat(cluster.status().map(KinesisStreamStatus::creationSecond))
              .isEqualTo(cluster.shardSpecs().stream().map(ShardSpec::creationSecond).findFirst());
        });
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewSeeds")
  void retainedRecordsAreTakenUpWhereverTheOperatorStops(long seed) {
    begin(
        seed,
        () -> {
          cluster.onDeletion(DeletionPolicy.RETAIN);
          isResharding = true;
          for (int incarnation = 0; incarnation < INCARNATIONS; incarnation++) {
            int passes = chance.nextInt(3 * MOST_PASSES_OF_AN_INCARNATION);
            for (int pass = 0; pass < passes; pass++) {
              disturb();
              if (oneIn(15)) {
                cluster.scale(1 + chance.nextInt(6));
              }
              troubledPass();
            }
            cluster.createAgain(cluster.now().plusSeconds(chance.nextInt(100)));
            lateView = Optional.empty();
          }
          calm();
          cluster.pass(ReshardPass.RETRY_AFTER);
          calm();
          cluster.pass(ReshardPass.RETRY_AFTER);
          comesUp();
        });
  }

  private void loseADisk() {
    isOrdered = true;
    int lossPass = chance.nextInt(TROUBLED_PASSES);
    Optional<TestingPod> hit = Optional.empty();
    Optional<TestingPod.Disk> lost = Optional.empty();
    boolean wasRecorded = false;
    boolean wasServing = false;
    for (int pass = 0; pass < TROUBLED_PASSES; pass++) {
      disturb();
      if (pass >= lossPass && hit.isEmpty() && !cluster.pods().isEmpty()) {
        hit = Optional.of(cluster.pods().get(chance.nextInt(cluster.pods().size())));
        lost = hit.map(TestingPod::disk);
        wasRecorded = isRecorded(hit.get().disk().id());
        wasServing = hit.get().assignment().isPresent();
        hit.get().swap(cluster.emptyDisk());
      }
      troubledPass();
    }
    if (hit.isEmpty()) {
      return;
    }
    calm();
    boolean isRecorded = isRecorded(lost.orElseThrow().id());
    if (cluster.desired().isReplicated()) {
      assertThat(isRecorded && wasServing).as("disks that served and were not replaced").isFalse();
    } else {
      assertThat(isRecorded || !wasRecorded).as("a record is never taken back").isTrue();
    }
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.conditions().degraded().holds()).isEqualTo(isRecorded);
    if (isRecorded) {
      assertThat(plan.conditions().degraded().reason())
          .isEqualTo(cluster.desired().isReplicated() ? "ReplicasLost" : "DiskLost");
      hit.get().swap(lost.get());
    }
    comesUp();
    recordsItsMembers();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void replicasThatLoseOneDiskAfterTheOtherAreAllInStepAgain(long seed) {
    begin(
        seed,
        () -> {
          isOrdered = true;
          cluster =
              new TestingCluster(
                  TestingCluster.replicated(
                      1 + chance.nextInt(4), 1 + chance.nextInt(3), oneIn(4) ? 5 : 3));
          calm();
          for (int loss = 0; loss < LOSSES; loss++) {
            List<TestingPod> hit = aMinority();
            List<TestingPod.Disk> lost = hit.stream().map(TestingPod::disk).toList();
            hit.forEach(pod -> pod.swap(cluster.emptyDisk()));
            int passes = chance.nextInt(TROUBLED_PASSES);
            for (int pass = 0; pass < passes; pass++) {
              disturb();
              if (oneIn(20)) {
                hit.get(chance.nextInt(hit.size())).swap(cluster.emptyDisk());
              }
              troubledPass();
            }
            comesUp();
            recordsItsMembers();
            assertThat(lost).noneMatch(disk -> isRecorded(disk.id()));
          }
        });
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aSetGoesOnFromTheDiskThatAPersonNamesWhereverTheOperatorStops(long seed) {
    begin(
        seed,
        () -> {
          isOrdered = true;
          cluster =
              new TestingCluster(
                  TestingCluster.replicated(1 + chance.nextInt(4), 1 + chance.nextInt(3), 3));
          calm();
          for (int loss = 0; loss < LOSSES; loss++) {
            TestingPod any = cluster.pods().get(chance.nextInt(cluster.pods().size()));
            List<TestingPod> set = new ArrayList<>(cluster.membersOf(any.groupName()));
            Collections.shuffle(set, chance);
            TestingPod left = set.removeFirst();
            List<TestingPod.Disk> lost = set.stream().map(TestingPod::disk).toList();
            set.forEach(pod -> pod.swap(cluster.emptyDisk()));
            int before = chance.nextInt(10);
            for (int pass = 0; pass < before; pass++) {
              disturb();
              troubledPass();
            }
            cluster.annotate(AcceptedLosses.text(any.groupName(), left.disk().id()));
            int passes = chance.nextInt(TROUBLED_PASSES);
            for (int pass = 0; pass < passes; pass++) {
              disturb();
              troubledPass();
            }
            comesUp();
            recordsItsMembers();
            assertThat(isRecorded(left.disk().id())).as("the disk that is left").isTrue();
            assertThat(lost).noneMatch(disk -> isRecorded(disk.id()));
          }
        });
  }

  /** Pods of one set, of which a majority is left. */
  private List<TestingPod> aMinority() {
    TestingPod any = cluster.pods().get(chance.nextInt(cluster.pods().size()));
    List<TestingPod> set = new ArrayList<>(cluster.membersOf(any.groupName()));
    Collections.shuffle(set, chance);
    return set.subList(0, 1 + chance.nextInt((set.size() - 1) / 2));
  }

  /** All disks are recorded, are members, and are where the pods are. */
  private void recordsItsMembers() {
    cluster.observe().shards().stream()
        .filter(shard -> shard.spec().shardSet() != null)
        .forEach(
            shard -> {
              GroupName group = GroupName.of(shard.spec()).orElseThrow();
              assertThat(shard.status().recordedDisks())
                  .containsExactlyInAnyOrderElementsOf(cluster.configuration(group))
                  .isEqualTo(
                      cluster.membersOf(group).stream().map(pod -> pod.disk().id()).toList());
              int replicas = cluster.desired().replicas();
              assertThat(shard.status().inStep())
                  .isEqualTo(replicas == 1 ? null : replicas + "/" + replicas);
            });
  }

  private boolean isRecorded(String disk) {
    return cluster.shardStatuses().stream()
        .anyMatch(status -> status.recordedDisks().contains(disk));
  }

  /** What the world does between two passes. */
  private void disturb() {
    for (TestingPod pod : cluster.pods()) {
      if (oneIn(8)) {
        pod.stop();
      } else if (oneIn(3)) {
        pod.start();
      }
    }
    if (oneIn(20)) {
      cluster.retain(24 + chance.nextInt(100));
    }
  }

  /** A pass over what may be seen late, by an operator that may die at any action. */
  private void troubledPass() {
    Map<TestingPod, Optional<PodReport>> reports = new HashMap<>();
    for (TestingPod pod : cluster.pods()) {
      reports.put(pod, oneIn(4) ? lateReport(pod) : pod.report());
    }
    ObservedStream current = cluster.observe(reports);
    ObservedStream observed = oneIn(4) ? lateView.map(this::late).orElse(current) : current;
    if (isOrdered && lateView.isPresent() && oneIn(4)) {
      observed = TestingCluster.withOlderShards(current, lateView.get());
    }
    ReconcilePlan plan = cluster.plan(observed);
    KinesisStreamSpec spec = cluster.spec();
    List<ReconcileAction> actions = new ArrayList<>(plan.actions());
    Collections.shuffle(actions, chance);
    int diesAfter = oneIn(2) ? chance.nextInt(actions.size() + 1) : actions.size();
    if (cluster.writeStatus(observed, plan)) {
      actions.stream().limit(diesAfter).forEach(cluster::act);
    }
    assertThat(cluster.spec()).as("the spec, which is never written").isSameAs(spec);
    if (oneIn(2)) {
      lateReports = reports;
      lateView = Optional.of(current);
    }
    cluster.tick();
  }

  private Optional<PodReport> lateReport(TestingPod pod) {
    return isOrdered ? Optional.empty() : lateReports.getOrDefault(pod, Optional.empty());
  }

  /**
   * While shards change, an operator sees its own last status at least: it is in the cache that it
   * was written through, and operators work one after the other.
   */
  private ObservedStream late(ObservedStream view) {
    return isResharding ? cluster.withStatus(view) : view;
  }

  private void calm() {
    cluster.pods().forEach(TestingPod::start);
    int quiet = 0;
    for (int pass = 0; pass < CALM_PASSES && quiet < QUIET_PASSES; pass++) {
      ReconcilePlan plan = cluster.pass();
      boolean isResharding = plan.conditions().resharding().holds();
      quiet = plan.actions().isEmpty() && !isResharding ? quiet + 1 : 0;
      cluster.pods().forEach(TestingPod::start);
    }
    assertThat(quiet).as("passes in a row without an action, at the end").isEqualTo(QUIET_PASSES);
  }

  private void comesUp() {
    calm();
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.conditions().ready()).matches(ConditionState::holds, "holds");
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.openShards())
        .as("open shards: %s", plan.conditions())
        .isEqualTo(cluster.spec().shardCount());
    assertThat(cluster.shape().coversAllKeys()).isTrue();
    assertThat(cluster.shape().open()).hasSize(Objects.requireNonNull(cluster.spec().shardCount()));
    assertThat(plan.conditions().resharding().holds()).isFalse();
    for (TestingPod pod : cluster.pods()) {
      PodAssignment.AssignedStream assignment = pod.assignment().orElseThrow().streams().getFirst();
      assertThat(cluster.leader(ResourceNames.shardSetOf(pod.address().name()))).isPresent();
      assertThat(assignment.retentionPeriodHours())
          .isEqualTo(cluster.spec().retentionPeriodHours());
      assertThat(pod.hosted())
          .isEqualTo(
              assignment.shards().stream().map(PodAssignment.AssignedShard::shardId).toList());
      StreamDefinition listed = pod.publication().orElseThrow().definition();
      assertThat(listed.shape()).isEqualTo(cluster.shape());
      assertThat(listed.status()).isEqualTo(StreamStatus.ACTIVE);
      assertThat(listed.settings().retentionHours())
          .isEqualTo(cluster.spec().retentionPeriodHours());
    }
  }
}
