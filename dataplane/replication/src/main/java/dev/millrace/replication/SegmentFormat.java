// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How Ratis 3.3.0 writes a log segment: the 8 bytes {@code RaftLog1}, then entries of {@code varint
 * length, entry, CRC-32C of both}, then zeros.
 */
final class SegmentFormat {
  static final int HEADER_BYTES = 8;
  static final int CRC_BYTES = 4;
  private static final ByteBuffer HEADER =
      ByteBuffer.wrap("RaftLog1".getBytes(US_ASCII)).asReadOnlyBuffer();

  private SegmentFormat() {}

  /** Whether a segment begins as all do. */
  static boolean hasHeader(ByteBuffer segment) {
    return segment.limit() >= HEADER_BYTES && segment.slice(0, HEADER_BYTES).equals(HEADER);
  }

  /** Where the valid entry at a position ends; 0 when there is none. */
  static int entryEnd(ByteBuffer bytes, int position) {
    int end = claimedEnd(bytes.duplicate().position(position));
    if (end == 0) {
      return 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(position, end - CRC_BYTES - position));
    return bytes.getInt(end - CRC_BYTES) == (int) crc.getValue() ? end : 0;
  }

  /** Where the entry here would end by its length, which is read; 0 when there can be none. */
  static int claimedEnd(ByteBuffer in) {
    long length = varint(in);
    boolean fits = length > 0 && length <= in.remaining() - CRC_BYTES;
    return fits ? in.position() + (int) length + CRC_BYTES : 0;
  }

  /** Reads a varint; -1 when there is none. */
  static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && in.hasRemaining(); shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return -1;
  }

  /** The last byte at or after a position that is not zero; -1 when there is none. */
  static int lastNonZero(ByteBuffer bytes, int from) {
    for (int i = bytes.limit() - 1; i >= from; i--) {
      if (bytes.get(i) != 0) {
        return i;
      }
    }
    return -1;
  }
}
