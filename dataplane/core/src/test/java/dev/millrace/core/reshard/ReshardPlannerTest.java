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
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamPlanner;
import dev.millrace.core.stream.StreamSettings;
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
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever shapes a stream goes through: its open shards cover every hash key once at any time, a
 * shard has one parent or two that are neighbours, and no index is used twice.
 */
class ReshardPlannerTest {
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
  private static final int ROUNDS = 300;

  private final Random random = new Random(SEED);
  private long second = 1_700_000_000L;

  private StreamDefinition stream(int shards) {
    return StreamDefinition.creating(
            new StreamName("s"),
            new StreamId(1),
            second,
            StreamSettings.of(StreamMode.PROVISIONED),
            shards)
        .withStatus(StreamStatus.ACTIVE);
  }

  /** Carries a change out, as a controller does, with parents sealed at different seconds. */
  private StreamDefinition carriedOut(StreamDefinition stream, Lineage lineage) {
    StreamDefinition is = stream.withReshard(Reshard.of(lineage));
    for (int steps = 0; is.reshard().isPresent(); steps++) {
      assertThat(steps).as("plans for one change of shape").isLessThan(3);
      StreamPlanner.Plan plan = StreamPlanner.plan(is).orElseThrow();
      assertThat(plan.open()).noneMatch(ShardDefinition::isVirtual);
      Map<ShardId, Long> sealed = new HashMap<>();
      for (ShardId shard : plan.seal()) {
        second += random.nextInt(3);
        sealed.put(shard, second);
      }
      is = plan.after().apply(sealed).orElseThrow();
    }
    second += 1 + random.nextInt(100);
    assertThat(StreamPlanner.plan(is)).isEmpty();
    return is;
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
      assertThat(parents).hasSizeLessThan(3);
      if (parents.size() == 1) {
        assertThat(parents.getFirst().contains(shard.range().starting())).isTrue();
        assertThat(parents.getFirst().contains(shard.range().ending())).isTrue();
      }
      if (parents.size() == 2) {
        parents.sort(Comparator.comparing(HashKeyRange::starting));
        assertThat(parents.getFirst().starting()).isEqualTo(shard.range().starting());
        assertThat(parents.getLast().ending()).isEqualTo(shard.range().ending());
      }
      int children = shape.children(shard.id()).size();
      assertThat(children).isEqualTo(shard.isOpen() ? 0 : children == 1 ? 1 : 2);
    }
    assertThat(shape.nextIndex()).isGreaterThanOrEqualTo(ids.size());
  }

  @Test
  void anySequenceOfChangesKeepsTheKeysCoveredAtAnyTime() {
    StreamDefinition stream = stream(1 + random.nextInt(5));
    long born = second;
    for (int round = 0; round < ROUNDS / 10; round++) {
      Optional<Lineage> change = randomChange(stream);
      if (change.isEmpty()) {
        continue;
      }
      int generation = stream.shape().nextIndex();
      StreamShape before = stream.shape();
      stream = carriedOut(stream, change.get());
      assertSound(stream);
      assertThat(stream.shape().asOf(generation)).as("seed " + SEED).isEqualTo(before);
      for (int i = 0; i < 50; i++) {
        long at = born + random.nextLong(second - born + 1);
        assertCoversOnce(
            new ShardSelection.At(at).of(stream.shape()), "at " + at + ", seed " + SEED);
      }
      assertCoversOnce(new ShardSelection.Open().of(stream.shape()), "open, seed " + SEED);
    }
  }

  private Optional<Lineage> randomChange(StreamDefinition stream) {
    List<ShardDefinition> open = stream.openShards();
    int next = stream.shape().nextIndex();
    return switch (random.nextInt(4)) {
      case 0 -> {
        ShardDefinition shard = open.get(random.nextInt(open.size()));
        HashKey key = new HashKey(random.nextLong(), random.nextLong());
        yield shard.range().contains(key) && !key.equals(shard.range().starting())
            ? Optional.of(ReshardPlanner.split(shard, key, next))
            : Optional.empty();
      }
      case 1 -> {
        int i = random.nextInt(open.size());
        yield i + 1 < open.size()
            ? Optional.of(ReshardPlanner.merge(open.get(i), open.get(i + 1), next))
            : Optional.empty();
      }
      case 2 -> ReshardPlanner.toCount(open, 1 + random.nextInt(20), next);
      default -> ReshardPlanner.toShape(open, randomShape(), next);
    };
  }

  private List<HashKeyRange> randomShape() {
    TreeSet<HashKey> starts = new TreeSet<>();
    starts.add(HashKey.MIN);
    for (int i = random.nextInt(12); i > 0; i--) {
      starts.add(new HashKey(random.nextLong(), random.nextLong()));
    }
    List<HashKeyRange> ranges = new ArrayList<>();
    for (HashKey start : starts) {
      HashKey next = starts.higher(start);
      ranges.add(new HashKeyRange(start, next == null ? HashKey.MAX : next.previous()));
    }
    return ranges;
  }

  @ParameterizedTest
  @CsvSource({"1,2,3", "2,4,6", "4,2,6", "4,5,15", "2,1,3", "3,3,3"})
  void aCountIsReachedByAsFewShardsAsItTakes(int from, int to, int listed) {
    StreamDefinition stream = stream(from);
    StreamDefinition after =
        ReshardPlanner.toCount(stream.openShards(), to, from)
            .map(lineage -> carriedOut(stream, lineage))
            .orElse(stream);
    assertThat(after.openShards()).hasSize(to);
    assertThat(after.shards()).hasSize(listed);
    assertSound(after);
  }

  @Test
  void aShardWhoseRangeIsWantedAsItIsStaysOpen() {
    StreamDefinition stream = stream(2);
    HashKeyRange lower = stream.shards().getFirst().range();
    List<HashKeyRange> wanted = new ArrayList<>(List.of(lower));
    wanted.addAll(HashKeyRange.uniform(4).subList(2, 4));
    StreamDefinition after =
        carriedOut(stream, ReshardPlanner.toShape(stream.openShards(), wanted, 2).orElseThrow());
    assertThat(after.shards().getFirst().isOpen()).isTrue();
    assertThat(after.openShards()).hasSize(3);
  }

  @Test
  void tenThousandShardsArePlannedInOneGo() {
    StreamDefinition stream = stream(5_000);
    StreamDefinition after =
        carriedOut(
            stream, ReshardPlanner.toCount(stream.openShards(), 10_000, 5_000).orElseThrow());
    assertThat(after.openShards()).hasSize(10_000);
    assertThat(after.shards()).hasSize(15_000);
  }

  @Test
  void aStreamThatIsDeletedInTheMidstOfAChangeDropsOldAndNew() {
    StreamDefinition stream = stream(1);
    Lineage lineage = ReshardPlanner.toCount(stream.openShards(), 2, 1).orElseThrow();
    StreamDefinition changing = stream.withReshard(Reshard.of(lineage));
    StreamDefinition sealed =
        StreamPlanner.plan(changing)
            .orElseThrow()
            .after()
            .apply(Map.of(new ShardId(0), second))
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
    StreamDefinition stream = stream(1).withConsumer(consumer);
    StreamDefinition after =
        StreamPlanner.plan(stream).orElseThrow().after().apply(Map.of()).orElseThrow();
    assertThat(after.consumers()).containsEntry("c", consumer.withStatus(ConsumerStatus.ACTIVE));
  }
}
