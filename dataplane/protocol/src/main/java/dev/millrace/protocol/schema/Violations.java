// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import dev.millrace.core.error.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the entries of one ValidationException and tracks the path of the member that is being
 * checked. Without a violation it allocates two small arrays and nothing else.
 */
final class Violations {
  /** The service lists and counts no more. */
  static final int MAX_LISTED = 10;

  /** Structures inside structures; the deepest input of the service has three. */
  private static final int MAX_DEPTH = 8;

  private final Set<Member<?>> alsoRequired;
  private final @Nullable Member<?>[] path = new Member<?>[MAX_DEPTH];
  private final int[] elements = new int[MAX_DEPTH];
  private int depth;
  private final List<String> entries = new ArrayList<>(0);

  Violations(Set<Member<?>> alsoRequired) {
    this.alsoRequired = alsoRequired;
  }

  boolean alsoRequires(Member<?> member) {
    return alsoRequired.contains(member);
  }

  void enter(Member<?> member) {
    path[depth] = member;
    elements[depth] = 0;
    depth++;
  }

  void leave() {
    depth--;
  }

  /** Moves to an element of the current member, a list: from 1, or 0 for the list itself. */
  void atElement(int number) {
    elements[depth - 1] = number;
  }

  void add(@Nullable String value, String constraint) {
    if (isFull()) {
      return;
    }
    addAfter(value == null ? "Value null" : "Value '" + Excerpt.of(value) + "'", constraint);
  }

  /** Adds a violation without its value, as the service does for records. */
  void addUnprinted(String constraint) {
    if (!isFull()) {
      addAfter("Value", constraint);
    }
  }

  private void addAfter(String value, String constraint) {
    entries.add(value + " at '" + where() + "' failed to satisfy constraint: " + constraint);
  }

  boolean isFull() {
    return entries.size() == MAX_LISTED;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  String message() {
    int count = entries.size();
    return count
        + (count == 1 ? " validation error detected: " : " validation errors detected: ")
        + String.join("; ", entries);
  }

  private String where() {
    StringBuilder where = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      Member<?> member = path[i];
      where.append(i == 0 ? "" : ".").append(member == null ? "" : member.pathName());
      if (elements[i] > 0) {
        where.append('.').append(elements[i]).append(".member");
      }
    }
    return where.toString();
  }
}
