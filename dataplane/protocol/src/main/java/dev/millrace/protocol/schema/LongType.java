// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.io.IOException;
import java.util.List;

/**
 * A 64-bit number: fractions are cut off, what lies outside is moved to the nearest value inside.
 */
public final class LongType extends Type<Long> {
  LongType(List<Constraint<Long>> constraints) {
    super(constraints);
  }

  /** The same, with a least value. */
  public LongType min(long min) {
    return new LongType(and(Constraint.valueAtLeast(min)));
  }

  /** The same, with a greatest value. */
  public LongType max(long max) {
    return new LongType(and(Constraint.valueAtMost(max)));
  }

  @Override
  Long read(ValueReader in) throws IOException, MalformedValueException {
    return in.integer("Long");
  }
}
