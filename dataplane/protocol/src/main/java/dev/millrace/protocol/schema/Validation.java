// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import dev.millrace.core.error.KinesisError;
import java.util.Optional;
import java.util.Set;

/** Checks the constraints of a shape, before an operation makes its own checks. */
public final class Validation {
  private Validation() {}

  /**
   * Checks a structure and the structures inside it.
   *
   * @param alsoRequired members that this call requires although the model makes them optional,
   *     such as the partition key unless the stream distributes records by itself
   * @return a ValidationException with the first ten violations in the service's order, or nothing
   */
  public static Optional<KinesisError> check(Structure structure, Member<?>... alsoRequired) {
    Violations found = new Violations(Set.of(alsoRequired));
    structure.shape().check(structure, found);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(new KinesisError(KinesisError.Name.VALIDATION, found.message()));
  }
}
