// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.StreamId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Reads the fields of documents. What is not of the expected form is rejected with an {@link
 * IllegalArgumentException} that names the field, what was expected and what was found.
 */
final class DocumentField {
  private DocumentField() {}

  /** A field that a document must have. Jackson leaves out what the JSON does not have. */
  static <T> T required(String field, T value) {
    if (value == null) {
      throw new IllegalArgumentException(field + " is required, found nothing");
    }
    return value;
  }

  /** A copy of a list that a document must have, of which no element may be null. */
  static <T> List<T> list(String field, List<T> values) {
    if (required(field, values).stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(
          field + " must have no null, found " + values.size() + " values with one");
    }
    return List.copyOf(values);
  }

  static StreamId streamId(String text) {
    return StreamId.parse(text)
        .orElseThrow(() -> invalid("streamId", "16 hexadecimal digits", text));
  }

  static ShardId shardId(String text) {
    return ShardId.parse(text).orElseThrow(() -> invalid("shardId", "shardId-NNNNNNNNNNNN", text));
  }

  static List<ShardId> shardIds(List<String> texts) {
    return texts.stream().map(DocumentField::shardId).toList();
  }

  static HashKeyRange range(String starting, String ending) {
    return new HashKeyRange(hashKey("startingHashKey", starting), hashKey("endingHashKey", ending));
  }

  private static HashKey hashKey(String field, String text) {
    return HashKey.parse(text).orElseThrow(() -> invalid(field, "from 0 to 2^128-1", text));
  }

  /** The constant of a name. */
  static <E extends Enum<E>> E constant(String field, Class<E> type, String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> invalid(field, "one of " + Arrays.toString(type.getEnumConstants()), name));
  }

  private static IllegalArgumentException invalid(String field, String expected, String found) {
    return new IllegalArgumentException(
        "%s must be %s, found '%s'".formatted(field, expected, found));
  }
}
