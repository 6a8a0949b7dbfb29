// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.pods.RememberedReports;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * Delays until the next pass. Changes of objects cause events, and pods give notice of what changes
 * by itself in their reports. What the operator has ordered it looks for: often while a stream is
 * being created, less often if that takes long.
 */
final class RecheckDelay {
  /** After an action whose effect causes no event, such as a command to a pod. */
  static final Duration AFTER_ACTING = Duration.ofMillis(200);

  /** While pods are up and the stream is not ready. */
  static final Duration CONVERGING = Duration.ofSeconds(1);

  /** The same after {@link #PATIENCE}, so that a pod that never starts costs little. */
  static final Duration CONVERGING_SLOWLY = Duration.ofSeconds(10);

  /** How long {@link #CONVERGING} applies. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** While a name belongs to another object. */
  static final Duration NAME_TAKEN = Duration.ofSeconds(5);

  /**
   * When the stream is ready and something may change that nobody tells of: a quota, a consumer's
   * lag, what failed and is tried again.
   */
  static final Duration STEADY = Duration.ofSeconds(30);

  /** When all that may change causes an event or a notice; in case that one was lost. */
  static final Duration QUIET = RememberedReports.FRESH.dividedBy(2);

  /** How long {@link #AFTER_ACTING} applies while parents are being sealed. */
  static final Duration SEALING_PATIENCE = Duration.ofSeconds(30);

  private RecheckDelay() {}

  /**
   * The delay while a reshard is in progress: pods report, and report no events. Sealing takes less
   * than a second, unless a pod is away.
   */
  static Duration resharding(Resharding reshard, Instant now) {
    boolean isLong =
        parsed(reshard.since())
            .filter(since -> since.plus(SEALING_PATIENCE).isBefore(now))
            .isPresent();
    return switch (reshard.phase()) {
      case PREPARING, GIVEN_UP -> CONVERGING;
      case SEALING -> isLong ? CONVERGING_SLOWLY : AFTER_ACTING;
    };
  }

  /**
   * The delay for a stream that is not ready. A new one whose pods waited long for nodes or volumes
   * does not take each of its remaining steps slowly, unless one has failed.
   */
  static Duration converging(ObservedStream observed, boolean isActing, Instant now) {
    if (notReadySince(observed).map(since -> since.plus(PATIENCE).isBefore(now)).orElse(false)) {
      return isActing && !observed.wasActive() && observed.failures().isEmpty()
          ? CONVERGING
          : CONVERGING_SLOWLY;
    }
    return isActing ? AFTER_ACTING : CONVERGING;
  }

  private static Optional<Instant> notReadySince(ObservedStream observed) {
    return observed.status().map(KinesisStreamStatus::conditions).orElse(List.of()).stream()
        .filter(condition -> condition.type().equals("Ready") && condition.status().equals("False"))
        .map(Condition::lastTransitionTime)
        .flatMap(text -> parsed(text).stream())
        .findFirst();
  }

  private static Optional<Instant> parsed(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      // Another writer set it. Without a time the short delays apply.
      return Optional.empty();
    }
  }
}
