package dev.millrace.operator.act;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** What became of an action. */
sealed interface ActionOutcome {

  /** It is done. */
  record Succeeded() implements ActionOutcome {
    @Override
    public String toString() {
      return "done";
    }
  }

  /** Something changed that was not seen yet; its event brings the next pass. */
  record Overtaken() implements ActionOutcome {
    @Override
    public String toString() {
      return "overtaken by another change";
    }
  }

  /** A pod did not do it; the next pass asks again if it is still desired. */
  record Declined(String why) implements ActionOutcome {
    @Override
    public String toString() {
      return why;
    }
  }

  /** The API server refused, or could not be reached. */
  record CallFailed(KubernetesClientException cause) implements ActionOutcome {
    /** The API server's own words, without the request around them. */
    @Override
    public String toString() {
      return Optional.ofNullable(cause.getStatus())
          .flatMap(status -> Optional.ofNullable(status.getMessage()))
          .orElseGet(() -> String.valueOf(cause.getMessage()));
    }
  }
}
