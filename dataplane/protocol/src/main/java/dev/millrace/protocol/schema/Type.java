// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A type of value: how it is read from the wire, which constraints it must satisfy, and how the
 * service prints a value that violates one.
 *
 * @param <T> the type of the value in Java
 */
public abstract sealed class Type<T>
    permits BlobType,
        BooleanType,
        IntegerType,
        ListType,
        LongType,
        MapType,
        StringType,
        StructureShape,
        TimestampType {
  private final List<Constraint<T>> constraints;

  Type(List<Constraint<T>> constraints) {
    this.constraints = List.copyOf(constraints);
  }

  /** Text without constraints. */
  public static StringType string() {
    return new StringType(List.of());
  }

  /** A 32-bit number without constraints. */
  public static IntegerType integer() {
    return new IntegerType(List.of());
  }

  /** A 64-bit number without constraints. */
  public static LongType longInteger() {
    return new LongType(List.of());
  }

  /** True or false. */
  public static BooleanType bool() {
    return new BooleanType();
  }

  /** At most {@code maxLength} bytes. */
  public static BlobType blob(int maxLength) {
    return new BlobType(maxLength);
  }

  /** A point in time, to the millisecond. */
  public static TimestampType timestamp() {
    return new TimestampType();
  }

  /** A list of {@code min} to {@code max} elements. */
  public static <E> ListType<E> list(Type<E> element, int min, int max) {
    return new ListType<>(element, min, max);
  }

  /** A map from text to text, of {@code min} to {@code max} entries. */
  public static MapType map(StringType key, StringType value, int min, int max) {
    return new MapType(key, value, min, max);
  }

  /**
   * Reads the value at the reader's present token, which is not null, up to its last token.
   *
   * @throws MalformedValueException if the token has another type
   * @throws IOException if the bytes do not parse
   */
  abstract T read(ValueReader in) throws IOException, MalformedValueException;

  /** Reports every constraint that the value violates, in the order of their declaration. */
  void check(T value, Violations found) {
    for (Constraint<T> constraint : constraints) {
      if (!constraint.holds().test(value)) {
        if (isPrinted(value)) {
          found.add(print(value), constraint.text());
        } else {
          found.addUnprinted(constraint.text());
        }
      }
    }
  }

  /** The value as it stands between quotes in a message. */
  String print(T value) {
    return value.toString();
  }

  /** Whether messages show the value: they never show records. */
  boolean isPrinted(T value) {
    return true;
  }

  /**
   * Whether the value satisfies every constraint; for elements of a list that is reported as a
   * whole.
   */
  boolean accepts(T value) {
    for (Constraint<T> constraint : constraints) {
      if (!constraint.holds().test(value)) {
        return false;
      }
    }
    return true;
  }

  /** All constraints in brackets, in the service's order for elements: last declared first. */
  String constraintSet() {
    return constraints.reversed().stream()
        .map(Constraint::text)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** These constraints and one more. */
  List<Constraint<T>> and(Constraint<T> more) {
    List<Constraint<T>> all = new ArrayList<>(constraints);
    all.add(more);
    return all;
  }
}
