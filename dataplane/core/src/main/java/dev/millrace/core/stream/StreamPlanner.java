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
 * What has to be done for a stream, as a function of its entry. The work on the shards comes before
 * the change of the entry: whoever takes it up again after a stop finds the entry as it was and
 * does all of it once more.
 *
 * <p>A change of shape takes two plans. The first seals the shards that close, which is the point
 * of no return, and writes down when each was closed. The second opens the new ones and publishes
 * the new shape.
 */
public final class StreamPlanner {
  private StreamPlanner() {}

  /**
   * What to do with a stream.
   *
   * @param seal shards to seal
   * @param open shards to open
   * @param drop shards to drop
   * @param after what the entry becomes when that is done, given when each shard was sealed, epoch
   *     seconds; empty removes it
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

  /** The plan; empty when there is nothing to do. */
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

  /** A stream may be deleted while its shape changes: what was opened for the new one goes too. */
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
                real(reshard.born()),
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
    StreamDefinition settled = withConsumersSettled(stream);
    return settled.equals(stream)
        ? Optional.empty()
        : Optional.of(new Plan(List.of(), List.of(), List.of(), seconds -> Optional.of(settled)));
  }

  private static StreamDefinition withConsumersSettled(StreamDefinition stream) {
    StreamDefinition settled = stream;
    for (ConsumerDefinition consumer : stream.consumers().values()) {
      settled =
          switch (consumer.status()) {
            case CREATING -> settled.withConsumer(consumer.withStatus(ConsumerStatus.ACTIVE));
            case DELETING -> settled.withoutConsumer(consumer.name());
            case ACTIVE -> settled;
          };
    }
    return settled;
  }
}
