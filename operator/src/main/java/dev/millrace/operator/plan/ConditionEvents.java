// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.operator.observe.ObservedStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An Event for each change of a condition that a person would ask about: the stream became ready,
 * it was refused and why, shards are away, a disk is full or lost. The status is written before
 * Events are, and only over the one that was observed, so a change is told once.
 */
final class ConditionEvents {
  /** Reasons why a stream is not ready that are on the way to being ready. */
  private static final Set<String> ON_THE_WAY = Set.of("ShardsOpening", "Deleting");

  private ConditionEvents() {}

  static List<ReconcileAction> of(ObservedStream observed, StreamConditions next, Instant now) {
    List<ReconcileAction> events = new ArrayList<>();
    Optional<Condition> ready = shown(observed, "Ready");
    if (isNew(ready, next.ready()) && !ON_THE_WAY.contains(next.ready().reason())) {
      events.add(event(!next.ready().holds(), next.ready(), now));
    }
    Optional<Condition> degraded = shown(observed, "Degraded");
    boolean isSaid = next.degraded().reason().equals(next.ready().reason());
    if (next.degraded().holds() && isNew(degraded, next.degraded()) && !isSaid) {
      events.add(event(true, next.degraded(), now));
    }
    boolean wasDegraded = degraded.filter(last -> last.status().equals("True")).isPresent();
    if (wasDegraded && !next.degraded().holds()) {
      events.add(
          new ReconcileAction.RecordEvent(
              false, "Recovered", degraded.get().reason() + " is over", now));
    }
    return events;
  }

  private static ReconcileAction event(boolean isWarning, ConditionState state, Instant now) {
    return new ReconcileAction.RecordEvent(isWarning, state.reason(), state.message(), now);
  }

  /** The generation alone, or another name in the message, is no news. */
  private static boolean isNew(Optional<Condition> shown, ConditionState next) {
    return shown.filter(last -> last.reason().equals(next.reason())).isEmpty();
  }

  private static Optional<Condition> shown(ObservedStream observed, String type) {
    return observed.status().map(KinesisStreamStatus::conditions).orElse(List.of()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst();
  }
}
