package dev.millrace.operator.plan;

import dev.millrace.core.stream.StreamStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What to do for a stream, and what its status is to say meanwhile.
 *
 * @param actions in no order that matters
 * @param lifecycle as the Kinesis API shows it; empty: the API does not show the stream
 * @param creationSecond the stream's creation second for the status, epoch seconds; empty: it is
 *     not recorded yet
 * @param openShards shards that are open in Kinesis' sense: opened and not closed
 * @param conditions for the status
 * @param recheckAfter when to look again if nothing wakes us before; empty: not at all
 */
public record ReconcilePlan(
    List<ReconcileAction> actions,
    Optional<StreamStatus> lifecycle,
    Optional<Long> creationSecond,
    int openShards,
    StreamConditions conditions,
    Optional<Duration> recheckAfter) {
  public ReconcilePlan {
    actions = List.copyOf(actions);
  }

  /** Nothing is done for a stream that the API does not show. */
  static ReconcilePlan rejecting(String reason, String message, Optional<Duration> recheckAfter) {
    return new ReconcilePlan(
        List.of(),
        Optional.empty(),
        Optional.empty(),
        0,
        StreamConditions.rejected(reason, message),
        recheckAfter);
  }
}
