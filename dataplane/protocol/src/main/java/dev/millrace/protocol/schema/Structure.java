// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A decoded structure: a value or none for each member of its shape. Immutable. */
public final class Structure {
  private final StructureShape shape;
  private final @Nullable Object[] values;

  Structure(StructureShape shape, @Nullable Object[] values) {
    this.shape = shape;
    this.values = values;
  }

  /** The member's value, if there is one; null on the wire is the same as none. */
  public <T> Optional<T> find(Member<T> member) {
    return Optional.ofNullable(raw(member));
  }

  /** The member's value, or a default. */
  public <T> T getOr(Member<T> member, T otherwise) {
    T value = raw(member);
    return value == null ? otherwise : value;
  }

  /**
   * The value of a member that validation requires.
   *
   * @throws IllegalStateException if it is absent: the caller did not validate this member
   */
  public <T> T get(Member<T> member) {
    T value = raw(member);
    if (value == null) {
      throw new IllegalStateException(
          member + " of " + shape.name() + " is absent, expected it after validation");
    }
    return value;
  }

  /** The text of the member with this name on the wire, if the shape has one and it has a value. */
  public Optional<String> text(String memberName) {
    for (Member<?> member : shape.members()) {
      if (member.name().equals(memberName) && raw(member) instanceof String text) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  StructureShape shape() {
    return shape;
  }

  @SuppressWarnings("unchecked") // A value was read by the type of the member at its ordinal.
  <T> @Nullable T raw(Member<T> member) {
    if (!shape.owns(member)) {
      throw new IllegalArgumentException(member + " is no member of " + shape.name());
    }
    return (T) values[member.ordinal()];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Structure that
        && shape == that.shape
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** The shape and the names of the members that have a value. */
  @Override
  public String toString() {
    return shape.name() + shape.members().stream().filter(m -> raw(m) != null).toList();
  }
}
