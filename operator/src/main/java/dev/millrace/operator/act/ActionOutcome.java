// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** The outcome of an action. */
sealed interface ActionOutcome {

  /** The action was carried out. */
  record Succeeded() implements ActionOutcome {
    @Override
    public String toString() {
      return "done";
    }
  }

  /** An object changed after it was observed. The event of that change triggers the next pass. */
  record Overtaken() implements ActionOutcome {
    @Override
    public String toString() {
      return "overtaken by another change";
    }
  }

  /**
   * The action was declined, for example by a pod. The next pass plans it again if it is still
   * needed.
   */
  record Declined(String why) implements ActionOutcome {
    @Override
    public String toString() {
      return why;
    }
  }

  /** The API server rejected the call or could not be reached. */
  record CallFailed(KubernetesClientException cause) implements ActionOutcome {
    /** The API server's message, without the request. */
    @Override
    public String toString() {
      return Optional.ofNullable(cause.getStatus())
          .flatMap(status -> Optional.ofNullable(status.getMessage()))
          .orElseGet(() -> String.valueOf(cause.getMessage()));
    }
  }
}
