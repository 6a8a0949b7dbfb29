// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.util.Locale;

/**
 * A member of a structure, made by {@link StructureShape.Builder} and used as the key to its value:
 * {@code structure.get(SHARD_ID)}.
 *
 * @param <T> the type of its value in Java
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

  /** The index among the members of its structure, from 0. */
  int ordinal() {
    return ordinal;
  }

  @Override
  public String toString() {
    return name;
  }
}
