// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.status;

import dev.millrace.crds.Condition;
import dev.millrace.crds.StreamConsumerStatus;
import dev.millrace.crds.StreamConsumerStatus.ShardLag;
import dev.millrace.operator.observe.ObservedConsumer;
import dev.millrace.operator.plan.ConsumerPlan;
import dev.millrace.operator.plan.ConsumerPlan.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Builds the status of consumers. Transitions are written at once; subscriptions and lag, which
 * change all the time, once a minute at most.
 */
public final class ConsumerStatuses {
  /** The shortest time between two statuses that differ in subscriptions and lag only. */
  static final Duration PROGRESS = Duration.ofMinutes(1);

  private static final String READY = "Ready";

  private ConsumerStatuses() {}

  /**
   * The status that a consumer should have, if it has to be written.
   *
   * @return empty if it has that status, or one with other numbers that is not a minute old
   */
  public static Optional<StreamConsumerStatus> change(
      ObservedConsumer observed, ConsumerPlan plan, Instant now) {
    StreamConsumerStatus next = next(observed, plan, now);
    if (observed.status().isEmpty()) {
      return Optional.of(next);
    }
    StreamConsumerStatus shown = ours(observed.status().get());
    boolean isSame =
        withoutProgress(next).equals(withoutProgress(shown))
            && (hasSameNumbers(next, shown) || isRecent(shown, now));
    return isSame ? Optional.empty() : Optional.of(next);
  }

  private static StreamConsumerStatus withoutProgress(StreamConsumerStatus status) {
    return new StreamConsumerStatus(
        status.observedGeneration(),
        status.consumerARN(),
        status.consumerStatus(),
        null,
        null,
        null,
        null,
        status.conditions());
  }

  private static boolean hasSameNumbers(StreamConsumerStatus one, StreamConsumerStatus other) {
    return Objects.equals(one.activeSubscriptions(), other.activeSubscriptions())
        && Objects.equals(one.greatestLagMillis(), other.greatestLagMillis())
        && Objects.equals(one.worstShards(), other.worstShards());
  }

  private static boolean isRecent(StreamConsumerStatus shown, Instant now) {
    try {
      return shown.progressTime() != null
          && Instant.parse(shown.progressTime()).plus(PROGRESS).isAfter(now);
    } catch (DateTimeParseException e) {
      // Another writer set it.
      return false;
    }
  }

  /** Conditions of other writers do not count. */
  private static StreamConsumerStatus ours(StreamConsumerStatus status) {
    return new StreamConsumerStatus(
        status.observedGeneration(),
        status.consumerARN(),
        status.consumerStatus(),
        status.activeSubscriptions(),
        status.greatestLagMillis(),
        status.worstShards(),
        status.progressTime(),
        Optional.ofNullable(status.conditions()).orElse(List.of()).stream()
            .filter(condition -> condition.type().equals(READY))
            .toList());
  }

  private static StreamConsumerStatus next(
      ObservedConsumer observed, ConsumerPlan plan, Instant now) {
    Optional<Progress> progress = plan.progress();
    return new StreamConsumerStatus(
        observed.generation(),
        plan.arn().orElse(null),
        plan.lifecycle().map(Enum::name).orElse(null),
        progress.map(Progress::activeSubscriptions).orElse(null),
        progress.map(Progress::greatestLagMillis).orElse(null),
        progress.map(ConsumerStatuses::worst).orElse(null),
        progress.map(shown -> now.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(null),
        List.of(ready(observed, plan, now)));
  }

  private static List<ShardLag> worst(Progress progress) {
    return progress.worst().stream()
        .map(shard -> new ShardLag(shard.shardId(), shard.lagMillis()))
        .toList();
  }

  private static Condition ready(ObservedConsumer observed, ConsumerPlan plan, Instant now) {
    String status = plan.ready().holds() ? "True" : "False";
    String since =
        observed.status().map(StreamConsumerStatus::conditions).orElse(List.of()).stream()
            .filter(condition -> condition.type().equals(READY))
            .filter(condition -> condition.status().equals(status))
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new Condition(
        READY, status, observed.generation(), since, plan.ready().reason(), plan.ready().message());
  }
}
