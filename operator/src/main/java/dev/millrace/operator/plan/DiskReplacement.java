// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is done now about a lost disk of a shard set.
 *
 * @param actions the next step; empty if there is none
 * @param completed the change of members that this step completes
 */
record DiskReplacement(List<ReconcileAction> actions, Optional<MemberChange> completed) {
  /** Nothing is done. */
  static final DiskReplacement NONE = new DiskReplacement(List.of(), Optional.empty());

  DiskReplacement {
    actions = List.copyOf(actions);
  }

  /** A step on the way. */
  static DiskReplacement step(ReconcileAction action) {
    return new DiskReplacement(List.of(action), Optional.empty());
  }

  /** Whether there is something to do. */
  boolean isUnderWay() {
    return !actions.isEmpty();
  }

  /**
   * A change of the members, for people.
   *
   * @param isWarning whether records may be lost by it
   * @param reason one CamelCase word
   * @param message one sentence
   */
  record MemberChange(boolean isWarning, String reason, String message) {
    ReconcileAction event(Instant now) {
      return new ReconcileAction.RecordEvent(isWarning, reason, message, now);
    }
  }
}
