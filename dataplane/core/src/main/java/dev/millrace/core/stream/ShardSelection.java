// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.List;

/**
 * Which shards of a stream a listing includes. Times are resolved: whole seconds, none of them
 * before the trim horizon or the stream's creation.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html">ShardFilter</a>
 */
public sealed interface ShardSelection {
  /** All shards that are still listed. */
  record All() implements ShardSelection {}

  /** The open shards. */
  record Open() implements ShardSelection {}

  /** The shards that were open in a second; they cover every hash key exactly once. */
  record At(long epochSecond) implements ShardSelection {}

  /** The shards that were open in a second or later. */
  record From(long epochSecond) implements ShardSelection {}

  default boolean includes(ShardDefinition shard) {
    return switch (this) {
      case All all -> true;
      case Open open -> shard.isOpen();
      case At(long second) -> shard.wasOpenAt(second);
      case From(long second) -> shard.wasOpenSince(second);
    };
  }

  /** The selected shards, in the order of their ids. */
  default List<ShardDefinition> of(StreamShape shape) {
    return shape.all().stream().filter(this::includes).toList();
  }

  /** Encodes the selection for page tokens. */
  default String text() {
    return switch (this) {
      case All all -> "all";
      case Open open -> "open";
      case At(long second) -> "at:" + second;
      case From(long second) -> "from:" + second;
    };
  }

  /**
   * Parses what {@link #text} returned.
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
