// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.operator.plan.ReconcileAction;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/**
 * The outcomes of a plan's actions. Events do not count, though the log has them: nothing depends
 * on one, and the Event about an Event that could not be written could not be written either.
 */
public final class ActionResults {
  private final List<ActionResult> all;

  ActionResults(List<ActionResult> all) {
    this.all =
        all.stream()
            .filter(result -> !(result.action() instanceof ReconcileAction.RecordEvent))
            .toList();
  }

  /** One sentence for each action that failed: what could not be done, and why. */
  public List<String> failures() {
    return all.stream().flatMap(result -> result.failure().stream()).toList();
  }

  /** The first failed call to the API server, if any; the reconciler retries it. */
  public Optional<KubernetesClientException> firstCallFailure() {
    return all.stream()
        .flatMap(
            result ->
                result.outcome()
                        instanceof ActionOutcome.CallFailed(KubernetesClientException cause)
                    ? Optional.of(cause).stream()
                    : Optional.<KubernetesClientException>empty().stream())
        .findFirst();
  }
}
