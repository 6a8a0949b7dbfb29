// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * A constraint on a value.
 *
 * @param text the constraint in the service's words
 * @param holds whether a value satisfies it; must be fast and total, since it runs on every request
 */
record Constraint<T>(String text, Predicate<T> holds) {

  static <T> Constraint<T> lengthAtLeast(int min, ToIntFunction<T> length) {
    return new Constraint<>(
        "Member must have length greater than or equal to " + min,
        value -> length.applyAsInt(value) >= min);
  }

  static <T> Constraint<T> lengthAtMost(int max, ToIntFunction<T> length) {
    return new Constraint<>(
        "Member must have length less than or equal to " + max,
        value -> length.applyAsInt(value) <= max);
  }

  static <T extends Number> Constraint<T> valueAtLeast(long min) {
    return new Constraint<>(
        "Member must have value greater than or equal to " + min,
        value -> value.longValue() >= min);
  }

  static <T extends Number> Constraint<T> valueAtMost(long max) {
    return new Constraint<>(
        "Member must have value less than or equal to " + max, value -> value.longValue() <= max);
  }
}
