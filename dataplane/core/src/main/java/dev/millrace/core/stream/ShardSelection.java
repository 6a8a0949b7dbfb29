// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.List;

/**
 * Which shards of a stream a listing shows, worked out for one moment: times are whole seconds, and
 * none is before the trim horizon or the stream's creation.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html">ShardFilter</a>
 */
public sealed interface ShardSelection {
  /** All that are kept. */
  record All() implements ShardSelection {}

  /** Those that take records. */
  record Open() implements ShardSelection {}

  /** Those that took records in a second; together they cover every hash key once. */
  record At(long epochSecond) implements ShardSelection {}

  /** Those that took records in a second or later. */
  record From(long epochSecond) implements ShardSelection {}

  /** Whether it shows a shard. */
  default boolean shows(ShardDefinition shard) {
    return switch (this) {
      case All all -> true;
      case Open open -> shard.isOpen();
      case At(long second) -> shard.livedAt(second);
      case From(long second) -> shard.livedSince(second);
    };
  }

  /** The shards that it shows, in the order of their ids. */
  default List<ShardDefinition> of(StreamShape shape) {
    return shape.all().stream().filter(this::shows).toList();
  }

  /** One word, for page tokens. */
  default String text() {
    return switch (this) {
      case All all -> "all";
      case Open open -> "open";
      case At(long second) -> "at:" + second;
      case From(long second) -> "from:" + second;
    };
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException for anything else
   */
  static ShardSelection parse(String text) {
    String[] parts = text.split(":", -1);
    return switch (parts[0]) {
      case "all" -> new All();
      case "open" -> new Open();
      case "at" -> new At(Long.parseLong(parts[1]));
      case "from" -> new From(Long.parseLong(parts[1]));
      default -> throw new IllegalArgumentException("no shard selection: '" + text + "'");
    };
  }
}
