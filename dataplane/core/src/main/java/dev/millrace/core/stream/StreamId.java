// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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

  /**
   * The id that a KinesisStream's status gives to the object's records. A status is only believed
   * if it was written for this object: one that was computed for a deleted object may be written to
   * a new object of the same name.
   *
   * @param uid the object's {@code metadata.uid}
   * @param statusUid {@code status.objectUid}; null in a status of a version that did not write it,
   *     when the id was always derived from the uid
   * @param statusId {@code status.streamId}
   */
  public static Optional<StreamId> shown(
      String uid, @Nullable String statusUid, @Nullable String statusId) {
    return Optional.ofNullable(statusId)
        .flatMap(StreamId::parse)
        .filter(
            id -> statusUid == null ? id.equals(of(UUID.fromString(uid))) : statusUid.equals(uid));
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
