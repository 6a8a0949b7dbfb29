package dev.millrace.operator.plan;

import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.ObservedStream.Rival;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Plans for one stream at a time: first whether the stream can be at all, then, in a {@link
 * ReconcilePass}, what is to be done for it.
 */
public final class StreamReconcilePlanner {
  private final OperatorSettings settings;

  /** A planner. */
  public StreamReconcilePlanner(OperatorSettings settings) {
    this.settings = settings;
  }

  /** What to do now. The same observation at the same time gives the same plan. */
  public ReconcilePlan plan(ObservedStream observed, Instant now) {
    if (observed.deleting()) {
      return deleting(observed);
    }
    if (!StreamName.isValid(observed.streamName())) {
      // The name cannot be changed, so there is nothing to look for later.
      return ReconcilePlan.refusing(
          "InvalidName",
          "stream name must be 1 to 128 characters of [a-zA-Z0-9_.-], found '"
              + observed.streamName()
              + "'",
          Optional.empty());
    }
    Optional<Rival> holder = observed.holder();
    if (holder.isPresent()) {
      return ReconcilePlan.refusing(
          "NameTaken",
          "stream name %s is taken by KinesisStream %s of this namespace"
              .formatted(observed.streamName(), holder.get().name()),
          Optional.of(RecheckDelay.NAME_TAKEN));
    }
    return new ReconcilePass(observed, settings).plan(now);
  }

  /** What the stream owns goes by garbage collection, with the operator or without it. */
  private static ReconcilePlan deleting(ObservedStream observed) {
    return new ReconcilePlan(
        List.of(),
        observed
            .status()
            .flatMap(status -> Optional.ofNullable(status.streamId()))
            .map(shown -> StreamStatus.DELETING),
        observed.openShards(),
        StreamConditions.refused("Deleting", "the stream is being deleted"),
        Optional.empty());
  }
}
