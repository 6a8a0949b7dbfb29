// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.Optional;
import java.util.UUID;

/**
 * One incarnation of a stream: 64 random bits, chosen when the stream is created.
 *
 * @param bits all 64 bits count
 */
public record StreamId(long bits) {

  /** The id of a stream that something else gave a random UUID: both halves, so no bit is fixed. */
  public static StreamId of(UUID uid) {
    return new StreamId(uid.getMostSignificantBits() ^ uid.getLeastSignificantBits());
  }

  /** Reads what {@link #toString} prints. */
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
