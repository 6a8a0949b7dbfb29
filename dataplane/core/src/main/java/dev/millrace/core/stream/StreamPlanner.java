// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.ShardId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Plans the work that a stream needs, as a function of its catalogue entry. Shards are changed
 * before the entry is: a process that resumes after a crash finds the entry unchanged and repeats
 * all of the work.
 *
 * <p>A reshard takes two plans. The first seals the closing shards, which is the point of no
 * return, and records when each was sealed. The second opens the new shards and publishes the new
 * shape.
 */
public final class StreamPlanner {
  private StreamPlanner() {}

  /**
   * The work that a stream needs.
   *
   * @param seal shards to seal
   * @param open shards to open
   * @param drop shards to drop
   * @param after computes the new entry after that work, given when each shard was sealed, epoch
   *     seconds; empty removes the entry
   */
  public record Plan(
      List<ShardId> seal,
      List<ShardDefinition> open,
      List<ShardDefinition> drop,
      Function<Map<ShardId, Long>, Optional<StreamDefinition>> after) {
    public Plan {
      seal = List.copyOf(seal);
      open = List.copyOf(open);
      drop = List.copyOf(drop);
    }
  }

  /** Returns the plan; empty when nothing has to be done. */
  public static Optional<Plan> plan(StreamDefinition stream) {
    return switch (stream.status()) {
      case CREATING ->
          Optional.of(
              new Plan(
                  List.of(),
                  stream.shards(),
                  List.of(),
                  seconds -> Optional.of(stream.withStatus(StreamStatus.ACTIVE))));
      case DELETING ->
          Optional.of(
              new Plan(List.of(), List.of(), real(allOf(stream)), seconds -> Optional.empty()));
      case ACTIVE, UPDATING -> stream.reshard().isPresent() ? reshard(stream) : consumers(stream);
    };
  }

  /**
   * A stream may be deleted during a reshard: the new shards, which may be open already, are
   * dropped too.
   */
  private static List<ShardDefinition> allOf(StreamDefinition stream) {
    return stream
        .reshard()
        .filter(Reshard::isSealed)
        .map(stream.shape()::after)
        .orElse(stream.shape())
        .all();
  }

  private static List<ShardDefinition> real(List<ShardDefinition> shards) {
    return shards.stream().filter(shard -> !shard.isVirtual()).toList();
  }

  private static Optional<Plan> reshard(StreamDefinition stream) {
    Reshard reshard = stream.reshard().orElseThrow();
    return Optional.of(
        reshard.isSealed()
            ? new Plan(
                List.of(),
                real(reshard.newShards()),
                List.of(),
                seconds -> Optional.of(stream.resharded()))
            : new Plan(
                reshard.lineage().closing(),
                List.of(),
                List.of(),
                seconds -> Optional.of(stream.withReshard(sealed(reshard, seconds)))));
  }

  private static Reshard sealed(Reshard reshard, Map<ShardId, Long> seconds) {
    SortedMap<ShardId, Long> all = new TreeMap<>(reshard.sealed());
    all.putAll(seconds);
    return new Reshard(reshard.lineage(), all);
  }

  private static Optional<Plan> consumers(StreamDefinition stream) {
    StreamDefinition next = withConsumersAdvanced(stream);
    return next.equals(stream)
        ? Optional.empty()
        : Optional.of(new Plan(List.of(), List.of(), List.of(), seconds -> Optional.of(next)));
  }

  private static StreamDefinition withConsumersAdvanced(StreamDefinition stream) {
    StreamDefinition next = stream;
    for (ConsumerDefinition consumer : stream.consumers().values()) {
      next =
          switch (consumer.status()) {
            case CREATING -> next.withConsumer(consumer.withStatus(ConsumerStatus.ACTIVE));
            case DELETING -> next.withoutConsumer(consumer.name());
            case ACTIVE -> next;
          };
    }
    return next;
  }
}
