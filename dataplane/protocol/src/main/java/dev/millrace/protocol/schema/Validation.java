package dev.millrace.protocol.schema;

import dev.millrace.core.error.KinesisError;
import java.util.Optional;
import java.util.Set;

/** The check of declared constraints, which comes before any semantic check of an operation. */
public final class Validation {
  private Validation() {}

  /**
   * Checks a structure and all below it.
   *
   * @param alsoRequired members, of the structure or below, that this call cannot do without
   *     although the model lets them be absent, such as the partition key of a stream that places
   *     by key
   * @return a ValidationException that lists the first ten violations in the service's order, or
   *     nothing
   */
  public static Optional<KinesisError> check(Structure structure, Member<?>... alsoRequired) {
    Violations found = new Violations(Set.of(alsoRequired));
    structure.shape().check(structure, found);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(new KinesisError(KinesisError.Name.VALIDATION, found.message()));
  }
}
