// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.io.IOException;
import java.util.List;

/**
 * A 32-bit number: fractions are cut off, what lies outside is moved to the nearest value inside.
 */
public final class IntegerType extends Type<Integer> {
  IntegerType(List<Constraint<Integer>> constraints) {
    super(constraints);
  }

  /** The same, with a least value. */
  public IntegerType min(int min) {
    return new IntegerType(and(Constraint.valueAtLeast(min)));
  }

  /** The same, with a greatest value. */
  public IntegerType max(int max) {
    return new IntegerType(and(Constraint.valueAtMost(max)));
  }

  @Override
  Integer read(ValueReader in) throws IOException, MalformedValueException {
    return Math.clamp(in.integer("Integer"), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }
}
