// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.PublishedShards.BornShard;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Closed parents and their children appear at once, however their objects are seen. */
class PublishedShapesTest {
  private static final StreamId STREAM = new StreamId(7);
  private static final long CREATED = 100;
  private static final long RESHARDED = 200;

  private final PublishedShapes shapes = new PublishedShapes();

  private static BornShard parent() {
    return new BornShard(
        new ShardId(0), HashKeyRange.ALL, List.of(), 1, false, Optional.of(CREATED));
  }

  private static List<BornShard> children(Optional<Long> second) {
    List<BornShard> children = new ArrayList<>();
    for (HashKeyRange range : HashKeyRange.uniform(2)) {
      children.add(
          new BornShard(
              new ShardId(1 + children.size()), range, List.of(new ShardId(0)), 2, false, second));
    }
    return children;
  }

  private static List<BornShard> all() {
    List<BornShard> all = new ArrayList<>(children(Optional.of(RESHARDED)));
    all.add(parent());
    return all;
  }

  private static Optional<PublishedShape> published(long generation, List<BornShard> shards) {
    return Optional.of(
        new PublishedShape(generation, PublishedShards.of(shards, generation).digest(), 3));
  }

  private List<Integer> open(Optional<PublishedShape> published, List<BornShard> seen) {
    return shapes.shape(STREAM, published, seen).map(StreamShape::open).orElse(List.of()).stream()
        .map(shard -> shard.id().index())
        .toList();
  }

  @Test
  void childrenAreNotListedBeforeTheirGenerationIsPublished() {
    assertThat(open(published(1, all()), all())).containsExactly(0);
  }

  @Test
  void theShapeBeforeIsListedUntilAllThatIsPublishedWasSeen() {
    List<BornShard> prepared = new ArrayList<>(children(Optional.empty()));
    prepared.add(parent());
    assertThat(open(published(1, all()), prepared)).containsExactly(0);
    assertThat(open(published(2, all()), prepared)).as("without their seconds").containsExactly(0);
    List<BornShard> some = List.of(parent(), all().getFirst());
    assertThat(open(published(2, all()), some)).as("without one child").containsExactly(0);
    assertThat(open(published(2, all()), all())).containsExactly(1, 2);
  }

  @Test
  void aParentIsClosedInTheSecondBeforeItsChildrenBegin() {
    StreamShape shape = shapes.shape(STREAM, published(2, all()), all()).orElseThrow();
    assertThat(shape.find(new ShardId(0)).orElseThrow().closing())
        .contains(new ShardDefinition.Closing(RESHARDED - 1, false));
    assertThat(shape.coversAllKeys()).isTrue();
  }

  @Test
  void anExpiredParentGoesOnlyWhenBothTheStatusAndItsObjectSaySo() {
    assertThat(open(published(2, all()), all())).containsExactly(1, 2);
    List<BornShard> left = children(Optional.of(RESHARDED));
    assertThat(shapes.shape(STREAM, published(2, left), all()).orElseThrow().all()).hasSize(3);
    assertThat(shapes.shape(STREAM, published(2, left), left).orElseThrow().all()).hasSize(2);
  }

  @Test
  void aFrontThatHasJustStartedTakesWhatCoversAllKeysAndNothingElse() {
    Optional<PublishedShape> newer = Optional.of(new PublishedShape(2L, "of shards to come", 3));
    assertThat(open(newer, all())).containsExactly(1, 2);
    shapes.forget(STREAM);
    assertThat(open(newer, List.of(all().getFirst()))).isEmpty();
  }
}
