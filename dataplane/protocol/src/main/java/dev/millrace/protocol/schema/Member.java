package dev.millrace.protocol.schema;

import java.util.Locale;

/**
 * A named member of one structure, made by {@link StructureShape.Builder}. It is the key to the
 * member's value: {@code structure.get(SHARD_ID)}.
 *
 * @param <T> what its value is in Java
 */
public final class Member<T> {
  private final String name;
  private final String pathName;
  private final Type<T> type;
  private final boolean required;
  private final int ordinal;

  Member(String name, Type<T> type, boolean required, int ordinal) {
    this.name = name;
    this.pathName = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    this.type = type;
    this.required = required;
    this.ordinal = ordinal;
  }

  /** The name on the wire, such as {@code StreamName}. */
  public String name() {
    return name;
  }

  /** The name in validation messages: {@code streamName}. */
  String pathName() {
    return pathName;
  }

  Type<T> type() {
    return type;
  }

  boolean required() {
    return required;
  }

  /** The place among the members of its structure, from 0. */
  int ordinal() {
    return ordinal;
  }

  @Override
  public String toString() {
    return name;
  }
}
