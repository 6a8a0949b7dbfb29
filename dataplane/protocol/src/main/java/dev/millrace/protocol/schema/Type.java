package dev.millrace.protocol.schema;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A kind of value with its constraints: how it is read from the wire, what it must keep, and how
 * the service prints it when it does not.
 *
 * @param <T> what it is in Java
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

  /** Bytes, at most so many. */
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
   * @throws MalformedException if the token is of another kind
   * @throws IOException if the bytes do not parse
   */
  abstract T read(ValueReader in) throws IOException, MalformedException;

  /** Reports every constraint that the value breaks, in the order of their declaration. */
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

  /** Whether messages show the value; records they do not. */
  boolean isPrinted(T value) {
    return true;
  }

  /** Whether the value, an element of something that is reported as a whole, keeps all rules. */
  boolean accepts(T value) {
    for (Constraint<T> constraint : constraints) {
      if (!constraint.holds().test(value)) {
        return false;
      }
    }
    return true;
  }

  /** All rules in brackets, as the service words them for elements: last declared, first listed. */
  String constraintSet() {
    return constraints.reversed().stream()
        .map(Constraint::text)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** The present constraints and one more. */
  List<Constraint<T>> and(Constraint<T> more) {
    List<Constraint<T>> all = new ArrayList<>(constraints);
    all.add(more);
    return all;
  }
}
