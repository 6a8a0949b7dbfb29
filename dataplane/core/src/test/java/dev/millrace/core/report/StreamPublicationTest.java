// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.report.StreamDescription.DescribedConsumer;
import dev.millrace.core.report.StreamDescription.DescribedSettings;
import dev.millrace.core.report.StreamPublication.DescribedShard;
import dev.millrace.core.report.StreamPublication.IndexRange;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.PublishedShards.BornShard;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamPublicationTest {
  private static final StreamId STREAM = new StreamId(0x0123_4567_89ab_cdefL);
  private static final long SECOND = 1_700_000_000L;
  private static final StreamSettings SETTINGS =
      StreamSettings.of(StreamMode.ON_DEMAND)
          .withRetentionHours(48)
          .withMaxRecordSizeKiB(2048)
          .withTags(Map.of("team", "a"))
          .withShardLevelMetrics(new TreeSet<>(List.of("IncomingBytes")))
          .withKeyId(Optional.of("alias/k"))
          .withDistribution(RecordDistribution.AUTO)
          .withWarmThroughput(Optional.of(7))
          .withPolicy(Optional.of("{}"));
  private static final ConsumerDefinition CONSUMER =
      new ConsumerDefinition(
          "c",
          SECOND + 5,
          ConsumerStatus.DELETING,
          new TreeMap<>(Map.of("k", "v")),
          Optional.of("{}"));

  private static final List<HashKeyRange> HALVES = HashKeyRange.uniform(2);
  private static final List<HashKeyRange> QUARTERS = HashKeyRange.uniform(4);

  /** Two shards, of which the first was then split. */
  private static final DescribedShard LOWER = shard(0, HALVES.get(0), SECOND, "set-0");

  private static final DescribedShard UPPER = shard(1, HALVES.get(1), SECOND, "set-1");
  private static final DescribedShard LEFT = shard(2, QUARTERS.get(0), SECOND + 9, "set-2", 0);
  private static final DescribedShard RIGHT = shard(3, QUARTERS.get(1), SECOND + 9, "set-3", 0);

  private static DescribedShard shard(
      int index, HashKeyRange range, long second, String set, int... parents) {
    return new DescribedShard(
        new ShardId(index).toString(),
        range.starting().toString(),
        range.ending().toString(),
        IntStream.of(parents).mapToObj(ShardId::new).map(ShardId::toString).toList(),
        second,
        set,
        null);
  }

  private static String digest(DescribedShard... shards) {
    SortedMap<ShardId, BornShard> born = new TreeMap<>();
    Stream.of(shards)
        .forEach(
            shard -> {
              ShardId id = ShardId.parse(shard.shardId()).orElseThrow();
              born.put(
                  id,
                  new BornShard(
                      id,
                      HashKeyRange.ALL,
                      List.of(),
                      1,
                      false,
                      Optional.of(shard.creationSecond())));
            });
    return new PublishedShards(born).digest();
  }

  private static StreamPublication publication(
      long generation, String digest, List<IndexRange> kept, DescribedShard... added) {
    return new StreamPublication(
        STREAM.toString(),
        "v" + generation,
        new StreamDescription(
            "orders",
            SECOND,
            StreamStatus.UPDATING.name(),
            DescribedSettings.of(SETTINGS),
            List.of(DescribedConsumer.of(CONSUMER)),
            List.of("{set}-0.orders:4569")),
        generation,
        digest,
        kept,
        List.of(added));
  }

  private static StreamPublication first() {
    return publication(1, digest(LOWER, UPPER), List.of(), LOWER, UPPER);
  }

  @Test
  void aPublicationWithAllShardsIsTheStream() {
    StreamPublication whole = first().over(Optional.empty()).orElseThrow();
    assertThat(whole.definition().name().text()).isEqualTo("orders");
    assertThat(whole.definition().id()).isEqualTo(STREAM);
    assertThat(whole.definition().creationSecond()).isEqualTo(SECOND);
    assertThat(whole.definition().status()).isEqualTo(StreamStatus.UPDATING);
    assertThat(whole.definition().settings()).isEqualTo(SETTINGS);
    assertThat(whole.definition().consumers()).containsExactly(Map.entry("c", CONSUMER));
    assertThat(whole.definition().openShards())
        .containsExactly(
            new ShardDefinition(new ShardId(0), HALVES.get(0), List.of(), SECOND),
            new ShardDefinition(new ShardId(1), HALVES.get(1), List.of(), SECOND));
    assertThat(whole.routes())
        .containsEntry(new ShardRef(STREAM, new ShardId(1)), List.of("set-1-0.orders:4569"));
  }

  @Test
  void ofTheNextGenerationOnlyTheNewShardsAreSent() {
    StreamPublication second =
        publication(
            2, digest(LOWER, UPPER, LEFT, RIGHT), List.of(new IndexRange(0, 1)), LEFT, RIGHT);
    StreamPublication whole = second.over(first().over(Optional.empty())).orElseThrow();
    assertThat(whole.definition().shards()).hasSize(4);
    assertThat(whole.definition().openShards())
        .extracting(shard -> shard.id().index())
        .containsExactly(2, 3, 1);
    assertThat(whole.routes()).hasSize(4);
    assertThat(second.over(Optional.of(whole))).as("sent twice").contains(whole);
  }

  @Test
  void whatDoesNotMakeTheWholeGenerationIsNotListed() {
    StreamPublication second =
        publication(
            2, digest(LOWER, UPPER, LEFT, RIGHT), List.of(new IndexRange(0, 1)), LEFT, RIGHT);
    assertThat(second.over(Optional.empty())).as("without the first generation").isEmpty();
    StreamPublication lacking =
        publication(2, second.digest(), List.of(new IndexRange(0, 1)), LEFT);
    assertThat(lacking.over(Optional.of(first()))).as("a shard is missing").isEmpty();
  }

  @Test
  void shardsThatExpireGoWithoutBeingSent() {
    StreamPublication held =
        publication(2, digest(LOWER, UPPER, LEFT, RIGHT), List.of(), LOWER, UPPER, LEFT, RIGHT);
    StreamPublication next =
        publication(2, digest(UPPER, LEFT, RIGHT), List.of(new IndexRange(1, 3)));
    assertThat(next.over(Optional.of(held)).orElseThrow().definition().shards())
        .extracting(shard -> shard.id().index())
        .containsExactly(1, 2, 3);
  }

  @Test
  void aShardWithoutASetIsVirtualAndHasNoAddress() {
    DescribedShard virtual =
        new DescribedShard(
            LEFT.shardId(),
            LEFT.startingHashKey(),
            LEFT.endingHashKey(),
            LEFT.parentShardIds(),
            SECOND,
            null,
            null);
    StreamPublication publication =
        publication(1, digest(LOWER, virtual), List.of(), LOWER, virtual);
    assertThat(publication.definition().shards().getLast().isVirtual()).isTrue();
    assertThat(publication.routes()).hasSize(1);
  }

  @Test
  void eachGroupOfASetIsReachedAtPortsOfItsOwn() {
    StreamPublication publication =
        publication(1, digest(LOWER, UPPER), List.of(), inGroup(LOWER, 0), inGroup(UPPER, 3));
    assertThat(publication.routes())
        .containsOnly(
            Map.entry(new ShardRef(STREAM, new ShardId(0)), List.of("set-0-0.orders:4569")),
            Map.entry(new ShardRef(STREAM, new ShardId(1)), List.of("set-1-0.orders:4575")));
    assertThat(publication.over(Optional.empty()).orElseThrow().routes())
        .as("with all shards")
        .isEqualTo(publication.routes());
    assertThatThrownBy(() -> inGroup(UPPER, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("group must be at least 0, found -1");
  }

  private static DescribedShard inGroup(DescribedShard shard, int group) {
    return new DescribedShard(
        shard.shardId(),
        shard.startingHashKey(),
        shard.endingHashKey(),
        shard.parentShardIds(),
        shard.creationSecond(),
        shard.shardSet(),
        group);
  }

  @Test
  void consecutiveIndexesAreOneRange() {
    assertThat(StreamPublication.ranges(List.of())).isEmpty();
    assertThat(StreamPublication.ranges(Stream.of(7, 1, 3, 2, 8, 5).map(ShardId::new).toList()))
        .containsExactly(new IndexRange(1, 3), new IndexRange(5, 5), new IndexRange(7, 8));
  }

  @Test
  void whatCannotBeReadIsRejectedByTheNameOfItsField() {
    StreamPublication wrong =
        publication(
            1,
            "",
            List.of(),
            new DescribedShard("shard-x", "0", "1", List.of(), SECOND, "set", null));
    assertThatThrownBy(() -> wrong.over(Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shardId must be shardId-NNNNNNNNNNNN, found 'shard-x'");
  }
}
