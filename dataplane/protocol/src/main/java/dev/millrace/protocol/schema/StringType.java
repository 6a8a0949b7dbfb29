// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.io.IOException;
import java.util.List;

/**
 * Text. Constraints are reported in the order in which they are added here; the service reports the
 * pattern before the length.
 */
public final class StringType extends Type<String> {
  StringType(List<Constraint<String>> constraints) {
    super(constraints);
  }

  /** This type with a pattern that the whole text must match. */
  public StringType pattern(TextPattern pattern) {
    return with(
        new Constraint<>(
            "Member must satisfy regular expression pattern: " + pattern.text(), pattern::matches));
  }

  /** This type with a length, in UTF-16 code units. */
  public StringType length(int min, int max) {
    return with(Constraint.lengthAtLeast(min, String::length))
        .with(Constraint.lengthAtMost(max, String::length));
  }

  /** This type with a closed set of values, in the order in which the service prints them. */
  public StringType oneOf(String... values) {
    List<String> set = List.of(values);
    return with(new Constraint<>("Member must satisfy enum value set: " + set, set::contains));
  }

  private StringType with(Constraint<String> constraint) {
    return new StringType(and(constraint));
  }

  @Override
  String read(ValueReader in) throws IOException, MalformedValueException {
    return in.string();
  }
}
