package dev.millrace.operator.act;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** What became of an action. */
sealed interface Outcome {

  /** It is done. */
  record Done() implements Outcome {
    @Override
    public String toString() {
      return "done";
    }
  }

  /** Something changed that was not seen yet; its event brings the next pass. */
  record Overtaken() implements Outcome {
    @Override
    public String toString() {
      return "overtaken by another change";
    }
  }

  /** A pod did not do it; the next pass asks again if it is still wanted. */
  record Refused(String why) implements Outcome {
    @Override
    public String toString() {
      return why;
    }
  }

  /** The API server refused, or could not be reached. */
  record Failed(KubernetesClientException cause) implements Outcome {
    /** The API server's own words, without the request around them. */
    @Override
    public String toString() {
      return Optional.ofNullable(cause.getStatus())
          .flatMap(status -> Optional.ofNullable(status.getMessage()))
          .orElseGet(() -> String.valueOf(cause.getMessage()));
    }
  }
}
