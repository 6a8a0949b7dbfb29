package dev.millrace.core.stream;

import java.util.List;
import java.util.Optional;

/**
 * What has to be done for a stream, as a function of its entry. The work on the shards comes before
 * the change of the entry: whoever takes it up again after a stop finds the entry as it was and
 * does all of it once more.
 */
public final class StreamPlanner {
  private StreamPlanner() {}

  /**
   * What to do with a stream.
   *
   * @param open shards to open
   * @param drop shards to drop
   * @param after what the entry becomes when that is done; empty removes it
   */
  public record Plan(
      List<ShardDefinition> open, List<ShardDefinition> drop, Optional<StreamDefinition> after) {
    public Plan {
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
                  stream.shards(), List.of(), Optional.of(stream.withStatus(StreamStatus.ACTIVE))));
      case DELETING -> Optional.of(new Plan(List.of(), stream.shards(), Optional.empty()));
      case ACTIVE, UPDATING -> {
        StreamDefinition settled = withConsumersSettled(stream);
        yield settled.equals(stream)
            ? Optional.empty()
            : Optional.of(new Plan(List.of(), List.of(), Optional.of(settled)));
      }
    };
  }

  private static StreamDefinition withConsumersSettled(StreamDefinition stream) {
    StreamDefinition settled = stream;
    for (ConsumerDefinition consumer : stream.consumers().values()) {
      settled =
          switch (consumer.status()) {
            case CREATING ->
                settled.withConsumer(consumer.withStatus(ConsumerDefinition.Status.ACTIVE));
            case DELETING -> settled.withoutConsumer(consumer.name());
            case ACTIVE -> settled;
          };
    }
    return settled;
  }
}
