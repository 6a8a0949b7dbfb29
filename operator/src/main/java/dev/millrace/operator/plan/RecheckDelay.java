package dev.millrace.operator.plan;

import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.operator.observe.ObservedStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * When to look again. Kubernetes wakes us when an object changes; nothing wakes us when a pod's
 * report does, so it is asked for again: soon while a stream comes up, less often when that takes
 * long, and now and then when all is well.
 */
final class RecheckDelay {
  /** After an action whose effect no watch shows: a pod was told something. */
  static final Duration AFTER_ACTING = Duration.ofMillis(200);

  /** While pods are up and not yet as desired. */
  static final Duration CONVERGING = Duration.ofSeconds(1);

  /** The same when it takes long, so that a pod that never comes costs little. */
  static final Duration CONVERGING_SLOWLY = Duration.ofSeconds(10);

  /** From when on it takes long. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** While a name is somebody else's. */
  static final Duration NAME_TAKEN = Duration.ofSeconds(5);

  /** When all is well: a safety look, for what no event tells. */
  static final Duration STEADY = Duration.ofSeconds(30);

  private RecheckDelay() {}

  /** The step for a stream that is not yet as desired. */
  static Duration converging(ObservedStream observed, boolean isActing, Instant now) {
    if (notReadySince(observed).map(since -> since.plus(PATIENCE).isBefore(now)).orElse(false)) {
      return CONVERGING_SLOWLY;
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
      // Somebody else wrote it; without a time there is no haste to lose.
      return Optional.empty();
    }
  }
}
