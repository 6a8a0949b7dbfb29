// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.operator.plan.ReconcileAction;
import java.util.Optional;

/** An action with its outcome. */
record ActionResult(ReconcileAction action, ActionOutcome outcome) {

  /** What failed and why, as one sentence for people. */
  Optional<String> failure() {
    return switch (outcome) {
      case ActionOutcome.Declined declined -> Optional.of("could not " + action + ": " + declined);
      case ActionOutcome.CallFailed failed -> Optional.of("could not " + action + ": " + failed);
      case ActionOutcome.Succeeded succeeded -> Optional.empty();
      case ActionOutcome.Overtaken overtaken -> Optional.empty();
    };
  }
}
