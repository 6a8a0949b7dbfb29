// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Whether every text in a JSON body, names and skipped values included, is Unicode: strict UTF-8,
 * and no escape of half a surrogate pair. A lone surrogate has no UTF-8 form, so it could only be
 * stored as something else. Syntax is not checked here.
 */
final class JsonText {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long BACKSLASHES = '\\' * ONES;

  /** Bytes of {@code \}{@code uXXXX}. */
  private static final int ESCAPE_BYTES = 6;

  private JsonText() {}

  static boolean isUnicode(Blob body) {
    byte[] bytes = body.array();
    int end = body.offset() + body.length();
    int i = afterPlain(bytes, body.offset(), end);
    while (i >= 0 && i < end) {
      int next = bytes[i] == '\\' ? afterEscape(bytes, i, end) : Utf8.afterMultiByte(bytes, i, end);
      i = next < 0 ? -1 : afterPlain(bytes, next, end);
    }
    return i >= 0;
  }

  /**
   * The index of the next backslash or byte outside ASCII; eight bytes at a time, since most are
   * plain.
   */
  private static int afterPlain(byte[] bytes, int start, int end) {
    int i = start;
    while (i <= end - Long.BYTES && isPlain((long) LONGS.get(bytes, i))) {
      i += Long.BYTES;
    }
    while (i < end && bytes[i] >= 0 && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  private static boolean isPlain(long eight) {
    long zeroIfBackslash = eight ^ BACKSLASHES;
    long backslash = (zeroIfBackslash - ONES) & ~zeroIfBackslash;
    return ((eight | backslash) & HIGH_BITS) == 0;
  }

  /** The index behind an escape, or a whole pair of them; -1 for half a pair. */
  private static int afterEscape(byte[] bytes, int i, int end) {
    int unit = escapedUnit(bytes, i, end);
    if (unit < 0) {
      return Math.min(i + 2, end);
    }
    if (!Character.isSurrogate((char) unit)) {
      return i + ESCAPE_BYTES;
    }
    int low = escapedUnit(bytes, i + ESCAPE_BYTES, end);
    boolean pair = low >= 0 && Character.isSurrogatePair((char) unit, (char) low);
    return pair ? i + 2 * ESCAPE_BYTES : -1;
  }

  /** The UTF-16 unit that is escaped at {@code i}; -1 if none is. */
  private static int escapedUnit(byte[] bytes, int i, int end) {
    if (end - i < ESCAPE_BYTES || bytes[i] != '\\' || bytes[i + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int k = i + 2; k < i + ESCAPE_BYTES; k++) {
      int digit = Character.digit(bytes[k], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }
}
