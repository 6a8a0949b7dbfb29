// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import dev.millrace.protocol.Blob;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A shape with a member of every kind, for tests. */
final class AllKinds {
  private static final StructureShape.Builder INNER_MEMBERS = StructureShape.named("Inner");
  static final Member<String> INNER_TEXT =
      INNER_MEMBERS.required("Text", Type.string().length(1, 3));
  static final Member<Blob> INNER_BLOB = INNER_MEMBERS.optional("Bytes", Type.blob(4));
  static final StructureShape INNER = INNER_MEMBERS.build();

  private static final StructureShape.Builder MEMBERS = StructureShape.named("AllKinds");
  static final Member<String> TEXT = MEMBERS.optional("Text", Type.string());
  static final Member<Integer> INT = MEMBERS.optional("Int", Type.integer().min(-5).max(10));
  static final Member<Long> LONG = MEMBERS.optional("Long", Type.longInteger().min(0).max(99));
  static final Member<Boolean> BOOL = MEMBERS.optional("Bool", Type.bool());
  static final Member<Blob> BLOB = MEMBERS.optional("Blob", Type.blob(6));
  static final Member<Instant> TIME = MEMBERS.optional("Time", Type.timestamp());
  static final Member<List<String>> NAMES =
      MEMBERS.optional("Names", Type.list(Type.string().length(1, 4), 1, 3));
  static final Member<List<Structure>> INNERS = MEMBERS.optional("Inners", Type.list(INNER, 1, 12));
  static final Member<Map<String, String>> TAGS =
      MEMBERS.optional(
          "Tags", Type.map(Type.string().length(1, 128), Type.string().length(0, 256), 1, 2));
  static final Member<Structure> ONE = MEMBERS.optional("One", INNER);
  static final StructureShape SHAPE = MEMBERS.build();

  private AllKinds() {}
}
