// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.shard;

import java.util.Optional;

/**
 * A shard's id: its index in the order of creation within its stream, never reused. Printed as
 * {@code shardId-} and 12 decimal digits, so that the order of the text is the order of creation.
 *
 * @param index 0 .. 2147483647
 */
public record ShardId(int index) implements Comparable<ShardId> {

  public ShardId {
    if (index < 0) {
      throw new IllegalArgumentException("shard index must not be negative, found " + index);
    }
  }

  /**
   * Parses a shard id as leniently as the service does: the text after the first {@code -}, or the
   * whole text, must be a decimal number up to 2147483647.
   */
  public static Optional<ShardId> parse(String text) {
    String digits = text.substring(text.indexOf('-') + 1);
    if (digits.isEmpty()) {
      return Optional.empty();
    }
    long index = 0;
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      if (digit < '0' || digit > '9') {
        return Optional.empty();
      }
      index = index * 10 + (digit - '0');
      if (index > Integer.MAX_VALUE) {
        return Optional.empty();
      }
    }
    return Optional.of(new ShardId((int) index));
  }

  @Override
  public int compareTo(ShardId other) {
    return Integer.compare(index, other.index);
  }

  @Override
  public String toString() {
    String digits = Integer.toString(index);
    return "shardId-" + "0".repeat(12 - digits.length()) + digits;
  }
}
