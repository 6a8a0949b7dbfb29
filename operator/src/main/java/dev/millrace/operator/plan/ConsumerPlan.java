// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.stream.ConsumerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The content of a consumer's status.
 *
 * @param arn its ARN; empty if it has none
 * @param lifecycle its state in the Kinesis API; empty if the API does not show it
 * @param progress how far it has read; empty unless it is ACTIVE
 * @param ready the condition
 * @param recheckAfter when to reconcile again if no event arrives before; empty for never
 */
public record ConsumerPlan(
    Optional<String> arn,
    Optional<ConsumerStatus> lifecycle,
    Optional<Progress> progress,
    ConditionState ready,
    Optional<Duration> recheckAfter) {

  /**
   * How far a consumer has read.
   *
   * @param activeSubscriptions number of shards that it is subscribed to
   * @param greatestLagMillis over all shards that it has read
   * @param worst the shards with the greatest lag, the worst first
   */
  public record Progress(
      int activeSubscriptions, long greatestLagMillis, List<LaggingShard> worst) {
    public Progress {
      worst = List.copyOf(worst);
    }
  }

  /**
   * A shard in which a consumer is behind.
   *
   * @param lagMillis above 0
   */
  public record LaggingShard(String shardId, long lagMillis) {}

  /** A plan for a consumer that the API does not show. */
  static ConsumerPlan rejecting(String reason, String message, Optional<Duration> recheckAfter) {
    return new ConsumerPlan(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ConditionState.no(reason, message),
        recheckAfter);
  }
}
