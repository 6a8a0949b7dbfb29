// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.Reshard;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardSelection;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamPlanner;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.core.stream.StreamStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever shapes a stream goes through: its open shards cover every hash key once at any time, a
 * shard has at most two parents, which are neighbours and have had all of its keys, generations are
 * few, and no index is used twice.
 */
class ReshardPlannerTest {
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
  private static final int HISTORIES = 30;
  private static final int CHANGES = 30;
  private static final int GREATEST_COUNT = 40;

  private final Random random = new Random(SEED);

  private TestingStream stream(int shards) {
    return new TestingStream(random, shards);
  }

  private static void assertCoversOnce(List<ShardDefinition> shards, String what) {
    List<ShardDefinition> ordered =
        shards.stream().sorted(Comparator.comparing(s -> s.range().starting())).toList();
    assertThat(ordered).as(what).isNotEmpty();
    assertThat(ordered.getFirst().range().starting()).as(what).isEqualTo(HashKey.MIN);
    assertThat(ordered.getLast().range().ending()).as(what).isEqualTo(HashKey.MAX);
    for (int i = 1; i < ordered.size(); i++) {
      assertThat(ordered.get(i).range().starting().previous())
          .as(what)
          .isEqualTo(ordered.get(i - 1).range().ending());
    }
  }

  private static void assertSound(StreamDefinition stream) {
    StreamShape shape = stream.shape();
    assertCoversOnce(shape.open(), "open shards, seed " + SEED);
    Set<ShardId> ids = new HashSet<>();
    for (ShardDefinition shard : shape.all()) {
      String what = shard + ", seed " + SEED;
      assertThat(ids.add(shard.id())).isTrue();
      assertThat(shape.find(shard.id())).contains(shard);
      List<HashKeyRange> parents = new ArrayList<>();
      for (ShardId id : shard.parents()) {
        ShardDefinition parent = shape.find(id).orElseThrow();
        assertThat(parent.isOpen()).isFalse();
        assertThat(parent.id()).isLessThan(shard.id());
        if (!parent.isVirtual()) {
          assertThat(shard.startingSequenceNumber())
              .isGreaterThan(parent.endingSequenceNumber().orElseThrow());
        }
        parents.add(parent.range());
      }
      parents.sort(Comparator.comparing(HashKeyRange::starting));
      assertThat(parents).as(what).hasSizeLessThan(3);
      if (!parents.isEmpty()) {
        HashKey starting = shard.range().starting();
        HashKey ending = shard.range().ending();
        assertThat(parents.getFirst().contains(starting)).as(what).isTrue();
        assertThat(parents.getLast().contains(ending)).as(what).isTrue();
      }
      if (parents.size() == 2) {
        assertThat(parents.getLast().starting().previous())
            .as(what)
            .isEqualTo(parents.getFirst().ending());
      }
      List<ShardDefinition> children = shape.children(shard.id());
      assertThat(children.isEmpty()).as(what).isEqualTo(shard.isOpen());
      if (children.size() == 1) {
        // KCL expects that an only child comes of a merge.
        assertThat(children.getFirst().parents()).as(what).hasSize(2);
      }
    }
    assertThat(shape.nextIndex()).isGreaterThanOrEqualTo(ids.size());
  }

  @Test
  void anySequenceOfChangesKeepsTheKeysCoveredAtAnyTime() {
    for (int history = 0; history < HISTORIES; history++) {
      TestingStream stream = stream(1 + random.nextInt(5));
      long born = stream.second();
      for (int round = 0; round < CHANGES; round++) {
        Optional<Lineage> change = stream.randomChange();
        if (change.isEmpty()) {
          continue;
        }
        int generation = stream.shape().nextIndex();
        StreamShape before = stream.shape();
        stream.change(change.get());
        assertThat(stream.shape().asOf(generation)).as("seed " + SEED).isEqualTo(before);
        for (int i = 0; i < 5; i++) {
          long at = born + random.nextLong(stream.second() - born + 1);
          assertCoversOnce(
              new ShardSelection.At(at).of(stream.shape()), "at " + at + ", seed " + SEED);
        }
        assertCoversOnce(new ShardSelection.Open().of(stream.shape()), "open, seed " + SEED);
      }
      assertSound(stream.definition());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,2,3", "2,4,6", "4,2,6", "4,5,9", "4,6,10", "6,3,9", "7,14,21", "5,3,10", "2,1,3", "3,3,3"
  })
  void aCountIsReachedByAsFewShardsAsItTakes(int from, int to, int listed) {
    TestingStream stream = stream(from);
    ReshardPlanner.toCount(stream.shape(), to).ifPresent(stream::change);
    assertThat(stream.shape().open()).hasSize(to);
    assertThat(stream.shape().all()).hasSize(listed);
    assertSound(stream.definition());
  }

  /** How many shards a reader goes through, one after the other, until it is in the new shape. */
  private static int generations(Lineage lineage) {
    Map<ShardId, Integer> depths = new HashMap<>();
    for (Lineage.Born born : lineage.born()) {
      int above =
          born.parents().stream().mapToInt(id -> depths.getOrDefault(id, 0)).max().orElse(0);
      depths.put(born.id(), above + 1);
    }
    return depths.values().stream().max(Integer::compare).orElse(0);
  }

  /** How many shards the keys of one new shard come from at most: parts of two and whole ones. */
  private static int mostSources(int from, int to) {
    return Math.min(from, (from + to - 2) / to + 1);
  }

  private static int roundsOfPairs(int pieces) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(pieces - 1);
  }

  @Test
  void aStreamWithoutEarlierChangesTakesOneGenerationToGrowAndTwoToShrinkToHalf() {
    for (int from = 1; from <= GREATEST_COUNT; from++) {
      for (int to = 1; to <= GREATEST_COUNT; to++) {
        TestingStream stream = stream(from);
        int most = to >= from ? 1 : 2 * to >= from ? 2 : roundsOfPairs(mostSources(from, to));
        assertThat(
                ReshardPlanner.toCount(stream.shape(), to)
                    .map(ReshardPlannerTest::generations)
                    .orElse(0))
            .as(from + " to " + to)
            .isLessThanOrEqualTo(most);
      }
    }
  }

  @Test
  void aStreamWhoseEarlierShardsHaveExpiredIsLikeANewOne() {
    for (int history = 0; history < HISTORIES; history++) {
      TestingStream stream = stream(1 + random.nextInt(20));
      for (int i = 0; i < 3; i++) {
        ReshardPlanner.toCount(stream.shape(), 1 + random.nextInt(20)).ifPresent(stream::change);
      }
      stream.forgetClosedShards();
      int from = stream.shape().open().size();
      int to = from + random.nextInt(20);
      assertThat(
              ReshardPlanner.toCount(stream.shape(), to)
                  .map(ReshardPlannerTest::generations)
                  .orElse(0))
          .as(from + " to " + to + ", seed " + SEED)
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void afterAnyHistoryGrowingTakesTwoGenerationsAtMostAndShrinkingOneMoreThanPairsTake() {
    for (int history = 0; history < HISTORIES; history++) {
      TestingStream stream = stream(1 + random.nextInt(20));
      for (int i = 0; i < CHANGES; i++) {
        int from = stream.shape().open().size();
        int to = 1 + random.nextInt(GREATEST_COUNT);
        Optional<Lineage> lineage = ReshardPlanner.toCount(stream.shape(), to);
        if (lineage.isPresent()) {
          int most = to >= from ? 2 : 1 + roundsOfPairs(mostSources(from, to));
          assertThat(generations(lineage.get()))
              .as(from + " to " + to + ", seed " + SEED)
              .isLessThanOrEqualTo(most);
          stream.change(lineage.get());
        }
      }
      assertSound(stream.definition());
    }
  }

  @Test
  void doublingAndHalvingNeedNoShardBetweenWhateverTheCount() {
    for (int count = 1; count <= GREATEST_COUNT; count++) {
      TestingStream stream = stream(count);
      for (int to : List.of(2 * count, 4 * count, 2 * count, count)) {
        Lineage lineage = ReshardPlanner.toCount(stream.shape(), to).orElseThrow();
        assertThat(lineage.born()).as(count + " to " + to).allMatch(Lineage.Born::stays);
        stream.change(lineage);
      }
      assertSound(stream.definition());
    }
  }

  @Test
  void rangesOfACountAreEqualButForRounding() {
    TestingStream stream = stream(1);
    for (int to : IntStream.generate(() -> 1 + random.nextInt(50)).limit(CHANGES).toArray()) {
      ReshardPlanner.toCount(stream.shape(), to).ifPresent(stream::change);
      List<HashKeyRange> exact = HashKeyRange.uniform(to);
      for (int i = 0; i < to; i++) {
        HashKeyRange range = stream.shape().open().get(i).range();
        assertThat(range.starting().isWithin(1L << 33, exact.get(i).starting()))
            .as(i + " of " + to + ", seed " + SEED)
            .isTrue();
      }
    }
  }

  @Test
  void aShardWhoseRangeIsWantedAsItIsStaysOpen() {
    TestingStream stream = stream(2);
    HashKeyRange lower = stream.shape().open().getFirst().range();
    List<HashKeyRange> wanted = new ArrayList<>(List.of(lower));
    wanted.addAll(HashKeyRange.uniform(4).subList(2, 4));
    stream.change(ReshardPlanner.toShape(stream.shape(), wanted).orElseThrow());
    assertThat(stream.shape().all().getFirst().isOpen()).isTrue();
    assertThat(stream.shape().open()).hasSize(3);
  }

  @Test
  void tenThousandShardsArePlannedInOneGo() {
    TestingStream stream = stream(5_000);
    stream.change(ReshardPlanner.toCount(stream.shape(), 10_000).orElseThrow());
    assertThat(stream.shape().open()).hasSize(10_000);
    assertThat(stream.shape().all()).hasSize(15_000);
  }

  @Test
  void aStreamThatIsDeletedInTheMidstOfAChangeDropsOldAndNew() {
    TestingStream stream = stream(1);
    Lineage lineage = ReshardPlanner.toCount(stream.shape(), 2).orElseThrow();
    StreamDefinition changing = stream.definition().withReshard(Reshard.of(lineage));
    StreamDefinition sealed =
        StreamPlanner.plan(changing)
            .orElseThrow()
            .after()
            .apply(Map.of(new ShardId(0), stream.second()))
            .orElseThrow();
    assertThat(StreamPlanner.plan(sealed.withStatus(StreamStatus.DELETING)).orElseThrow().drop())
        .hasSize(3);
    assertThat(StreamPlanner.plan(changing.withStatus(StreamStatus.DELETING)).orElseThrow().drop())
        .hasSize(1);
  }

  @Test
  void consumersAreSettledWhileTheShapeStays() {
    ConsumerDefinition consumer =
        new ConsumerDefinition(
            "c", 1, ConsumerStatus.CREATING, new java.util.TreeMap<>(), Optional.empty());
    StreamDefinition stream = stream(1).definition().withConsumer(consumer);
    StreamDefinition after =
        StreamPlanner.plan(stream).orElseThrow().after().apply(Map.of()).orElseThrow();
    assertThat(after.consumers()).containsEntry("c", consumer.withStatus(ConsumerStatus.ACTIVE));
  }
}
