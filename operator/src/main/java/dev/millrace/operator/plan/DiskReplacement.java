// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import java.util.List;
import java.util.Optional;

/**
 * What is done now about a lost disk of a shard set.
 *
 * @param actions the next step; empty if there is none
 * @param completed the replacement that this step completes, for people
 */
record DiskReplacement(List<ReconcileAction> actions, Optional<String> completed) {
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
}
