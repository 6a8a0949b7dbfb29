// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.crds.KinesisStreamSpec.ReshardRequest;
import java.util.Optional;

/** Where a reshard leads to: a number of equal shards, or the result of one split or merge. */
public sealed interface ReshardTarget {

  /** So many shards of equal ranges. */
  record Uniform(int shardCount) implements ReshardTarget {}

  /** An exact split or merge. */
  record Exact(ReshardRequest request) implements ReshardTarget {}

  /** The lineage to a target, or why there is none. */
  sealed interface Route {
    record To(Lineage lineage) implements Route {}

    record Impossible(String why) implements Route {}
  }

  /**
   * The lineage from a shape.
   *
   * @param shape the published shards
   * @param firstIndex the index of the first new shard
   */
  default Route from(StreamShape shape, int firstIndex) {
    StreamShape from = new StreamShape(shape.all(), firstIndex);
    return switch (this) {
      case Uniform(int count) ->
          ReshardPlanner.toCount(from, count)
              .<Route>map(Route.To::new)
              .orElseGet(
                  () -> new Route.Impossible("the stream has %d shards already".formatted(count)));
      case Exact(ReshardRequest request) ->
          request.with() == null ? split(from, request) : merge(from, request);
    };
  }

  private static Route split(StreamShape shape, ReshardRequest request) {
    Optional<ShardDefinition> shard = open(shape, request.shard());
    if (shard.isEmpty()) {
      return notOpen(request.shard());
    }
    Optional<HashKey> key =
        HashKey.parse(String.valueOf(request.newStartingHashKey()))
            .filter(at -> at.compareTo(shard.get().range().starting()) > 0)
            .filter(at -> at.compareTo(shard.get().range().ending()) <= 0);
    return key.<Route>map(
            at -> new Route.To(ReshardPlanner.split(shard.get(), at, shape.nextIndex())))
        .orElseGet(
            () ->
                new Route.Impossible(
                    "reshardRequest.newStartingHashKey must be above %s and at most %s, found '%s'"
                        .formatted(
                            shard.get().range().starting(),
                            shard.get().range().ending(),
                            request.newStartingHashKey())));
  }

  private static Route merge(StreamShape shape, ReshardRequest request) {
    Optional<ShardDefinition> first = open(shape, request.shard());
    Optional<ShardDefinition> other = open(shape, String.valueOf(request.with()));
    if (first.isEmpty() || other.isEmpty()) {
      return notOpen(first.isEmpty() ? request.shard() : String.valueOf(request.with()));
    }
    return first.get().range().isAdjacentTo(other.get().range())
        ? new Route.To(ReshardPlanner.merge(first.get(), other.get(), shape.nextIndex()))
        : new Route.Impossible(
            "shards %s and %s of reshardRequest are not adjacent"
                .formatted(request.shard(), request.with()));
  }

  private static Optional<ShardDefinition> open(StreamShape shape, String id) {
    return ShardId.parse(id).flatMap(shape::find).filter(ShardDefinition::isOpen);
  }

  private static Route notOpen(String id) {
    return new Route.Impossible("shard %s of reshardRequest is not open".formatted(id));
  }
}
