package dev.millrace.operator.act;

import dev.millrace.operator.plan.Action;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/** What became of a plan's actions. */
public final class Acted {
  private final List<Done> all;

  /** An action with its outcome. */
  record Done(Action action, Outcome outcome) {
    private Optional<String> trouble() {
      return switch (outcome) {
        case Outcome.Refused refused -> Optional.of("could not " + action + ": " + refused);
        case Outcome.Failed failed -> Optional.of("could not " + action + ": " + failed);
        case Outcome.Done done -> Optional.empty();
        case Outcome.Overtaken overtaken -> Optional.empty();
      };
    }
  }

  Acted(List<Done> all) {
    this.all = List.copyOf(all);
  }

  /** What could not be done and why, for people. */
  public List<String> troubles() {
    return all.stream().flatMap(done -> done.trouble().stream()).toList();
  }

  /** The first failure of the API server, if there was one; the retry is the reconciler's. */
  public Optional<KubernetesClientException> failure() {
    return all.stream()
        .flatMap(
            done ->
                done.outcome() instanceof Outcome.Failed(KubernetesClientException cause)
                    ? Optional.of(cause).stream()
                    : Optional.<KubernetesClientException>empty().stream())
        .findFirst();
  }
}
