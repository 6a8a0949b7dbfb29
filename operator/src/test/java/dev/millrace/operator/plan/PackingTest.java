// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stream.PublishedShards;
import dev.millrace.crds.KinesisStreamSpec.ReshardRequest;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.plan.ReconcileAction.RemoveShards;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which shards share a pod (docs/adr/0021-density.md). */
class PackingTest {
  private static final int MOST_UNPACKED = 8;
  private static final int PACKED = 32;
  private static final Duration PAST_RETENTION = Duration.ofHours(25);
  private static final int MOST_PASSES = 60;

  /** A hash key within the first of 16 shards. */
  private static final String EARLY_KEY = "12345";

  private static int perPod(int openShards) {
    return openShards > MOST_UNPACKED ? PACKED : 1;
  }

  /** The indexes of the shards of each set, both in order. */
  private static Map<String, List<Integer>> sets(List<ShardSpec> shards) {
    Map<String, List<Integer>> sets = new LinkedHashMap<>();
    for (ShardSpec shard : shards) {
      if (shard.shardSet() != null) {
        sets.computeIfAbsent(shard.shardSet(), name -> new ArrayList<>()).add(index(shard));
      }
    }
    return sets;
  }

  private static int index(ShardSpec shard) {
    return Integer.parseInt(shard.shardId().substring("shardId-".length()));
  }

  private static List<ShardSpec> bornIn(TestingCluster cluster, long generation) {
    return cluster.shardSpecs().stream()
        .filter(shard -> Objects.requireNonNull(shard.bornIn()) == generation)
        .toList();
  }

  private static void assertPacked(List<ShardSpec> shards, int perPod) {
    int hosted = (int) shards.stream().filter(shard -> shard.shardSet() != null).count();
    List<List<Integer>> sets = List.copyOf(sets(shards).values());
    assertThat(sets).hasSize((hosted + perPod - 1) / perPod);
    assertThat(sets.subList(0, sets.size() - 1)).allSatisfy(set -> assertThat(set).hasSize(perPod));
    assertThat(sets.getLast()).hasSize(hosted - (sets.size() - 1) * perPod);
    assertThat(sets.stream().flatMap(List::stream).toList()).as("shards by sets").isSorted();
  }

  static IntStream counts() {
    return IntStream.concat(IntStream.rangeClosed(1, 70), IntStream.of(200, 1_000, 10_000));
  }

  @ParameterizedTest
  @MethodSource("counts")
  void upToEightShardsHaveAPodEachAndMoreSharePodsBy32(int count) {
    TestingCluster cluster = new TestingCluster(TestingCluster.shards(count));
    List<ShardSpec> shards = cluster.desired().initialShards(count);
    assertThat(shards).hasSize(count);
    assertPacked(shards, perPod(count));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 9, 32, 33, 200})
  void whatTheSpecSaysWinsForEveryCount(int given) {
    counts()
        .forEach(
            count -> {
              TestingCluster cluster = new TestingCluster(TestingCluster.shards(count, given));
              assertPacked(cluster.desired().initialShards(count), given);
            });
  }

  static Stream<List<Integer>> histories() {
    return Stream.of(
        List.of(1, 16, 4, 20, 9, 8, 1),
        List.of(16, 20, 32, 33, 64, 3),
        List.of(9, 8, 9, 100, 1, 40),
        List.of(2, 4, 8, 12));
  }

  @ParameterizedTest
  @MethodSource("histories")
  void aReshardPacksItsNewShardsByTheNumberThatItLeadsToAndMovesNoOther(List<Integer> history) {
    TestingCluster cluster = new TestingCluster(TestingCluster.shards(history.getFirst()));
    cluster.settle();
    long generation = 1;
    for (int count : history.subList(1, history.size())) {
      List<ShardSpec> before = cluster.shardSpecs();
      cluster.scale(count);
      ReconcilePlan settled = cluster.settle();
      generation++;
      assertThat(settled.conditions().ready()).matches(ConditionState::holds, "holds");
      assertThat(settled.openShards()).isEqualTo(count);
      assertThat(cluster.shape().coversAllKeys()).isTrue();
      assertThat(cluster.shardSpecs()).containsAll(before);
      assertPacked(bornIn(cluster, generation), perPod(count));
      assertThat(cluster.pods()).hasSize(sets(cluster.shardSpecs()).size());
      assertDigestIsThatOfTheShards(cluster);
    }
    cluster.pass(PAST_RETENTION);
    cluster.settle();
    assertThat(cluster.shape().all()).hasSize(history.getLast());
    assertThat(cluster.pods()).hasSize(sets(cluster.shardSpecs()).size());
  }

  private static void assertDigestIsThatOfTheShards(TestingCluster cluster) {
    PublishedShape shape = shape(cluster);
    assertThat(shape.digest())
        .isEqualTo(
            PublishedShards.of(
                    cluster.observe().shards().stream().map(ObservedShard::born).toList(),
                    shape.generation())
                .digest());
  }

  private static PublishedShape shape(TestingCluster cluster) {
    return Objects.requireNonNull(cluster.status().orElseThrow().shape());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20, 40})
  void aCountThatChangesBeforeThereIsAShardIsReachedByAReshard(int first) {
    int second = 16;
    TestingCluster cluster = new TestingCluster(TestingCluster.shards(first));
    cluster.pass();
    // The operator stops after it has written the status that decides, before it creates a Shard.
    ObservedStream observed = cluster.observe();
    assertThat(cluster.writeStatus(observed, cluster.plan(observed))).isTrue();
    assertThat(shape(cluster).nextShardIndex()).isEqualTo(first);
    cluster.scale(second);
    cluster.settle();
    assertThat(shape(cluster).generation()).isEqualTo(2);
    assertDigestIsThatOfTheShards(cluster);
    assertThat(bornIn(cluster, 1)).hasSize(first);
    assertPacked(bornIn(cluster, 1), perPod(first));
    assertPacked(bornIn(cluster, 2), PACKED);
    assertThat(cluster.shape().open()).hasSize(second);
  }

  @Test
  void aCountThatChangesWhileShardsAreCreatedIsReachedByAReshard() {
    TestingCluster cluster = new TestingCluster(TestingCluster.shards(5));
    cluster.pass();
    ObservedStream observed = cluster.observe();
    ReconcilePlan plan = cluster.plan(observed);
    assertThat(cluster.writeStatus(observed, plan)).isTrue();
    // Two Services and two Shards.
    plan.actions().stream().limit(4).forEach(cluster::act);
    assertThat(cluster.shardSpecs()).hasSize(2);
    cluster.scale(16);
    cluster.settle();
    assertPacked(bornIn(cluster, 1), 1);
    assertPacked(bornIn(cluster, 2), PACKED);
    assertDigestIsThatOfTheShards(cluster);
  }

  /** Of 16 shards in one pod one is split, and expires before the others. */
  private static TestingCluster withAnExpiringShard() {
    TestingCluster cluster = new TestingCluster(TestingCluster.shards(16));
    cluster.settle();
    cluster.request(17, new ReshardRequest("one", "shardId-000000000000", null, EARLY_KEY));
    cluster.settle();
    cluster.pass(PAST_RETENTION);
    for (int passes = 0; passes < MOST_PASSES; passes++) {
      if (cluster.shardStatuses().getFirst().phase() == Phase.EXPIRED) {
        return cluster;
      }
      cluster.pass();
    }
    throw new AssertionError("never expired: " + cluster.shardStatuses().getFirst());
  }

  @Test
  void aShardThatHasExpiredGoesAndThePodServesTheOthersOfItsSet() {
    TestingCluster cluster = withAnExpiringShard();
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.actions())
        .as("an Expired shard does not become another again before it goes")
        .noneMatch(
            action ->
                action instanceof ReconcileAction.PublishShard(String shard, var version, var next)
                    && shard.endsWith("-000000000000"))
        .contains(new RemoveShards(Optional.empty(), List.of("orders-f2205-000000000000")));
    ReconcilePlan settled = cluster.settle();
    assertThat(settled.conditions().ready()).matches(ConditionState::holds, "holds");
    assertThat(cluster.shape().all()).hasSize(17);
    assertThat(cluster.pods()).hasSize(2);
    assertThat(sets(cluster.shardSpecs()).values())
        .containsExactly(
            IntStream.range(1, 16).boxed().toList(), IntStream.range(16, 18).boxed().toList());
    assertDigestIsThatOfTheShards(cluster);

    cluster.request(4, null);
    cluster.settle();
    cluster.pass(PAST_RETENTION);
    cluster.settle();
    assertThat(cluster.pods()).as("the pods of four shards").hasSize(4);
  }

  @Test
  void aPodThatHostsAShardWhoseObjectIsMissingIsNotDeletedWithTheOthersOfItsSet() {
    TestingCluster cluster = withAnExpiringShard();
    ObservedStream view = cluster.observe();
    for (int index = 1; index < 16; index++) {
      view = cluster.without(view, "shardId-%012d".formatted(index));
    }
    assertThat(cluster.plan(view).actions())
        .filteredOn(RemoveShards.class::isInstance)
        .allMatch(removal -> ((RemoveShards) removal).shardSet().isEmpty(), "without a pod");
  }
}
