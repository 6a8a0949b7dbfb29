// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.Optional;
import java.util.UUID;

/**
 * Identifies one incarnation of a stream: 64 random bits, generated when the stream is created.
 *
 * @param bits all 64 bits are significant
 */
public record StreamId(long bits) {

  /**
   * Derives an id from a random UUID. Combines both halves, since some bits of a UUID are fixed.
   */
  public static StreamId of(UUID uid) {
    return new StreamId(uid.getMostSignificantBits() ^ uid.getLeastSignificantBits());
  }

  /** Parses what {@link #toString} returns. */
  public static Optional<StreamId> parse(String text) {
    if (text.length() != 16) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StreamId(Long.parseUnsignedLong(text, 16)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** 16 hexadecimal digits. */
  @Override
  public String toString() {
    String digits = Long.toHexString(bits);
    return "0".repeat(16 - digits.length()) + digits;
  }
}
