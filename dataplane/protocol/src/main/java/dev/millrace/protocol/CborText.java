// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

/**
 * Whether every text in a CBOR body, names and skipped values included, is strict UTF-8, each chunk
 * for itself (RFC 8949, 3.2.3), and every key of a map is text. Jackson checks neither. What is no
 * well-formed CBOR fails as well.
 */
final class CborText {
  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int LIST = 4;
  private static final int MAP = 5;
  private static final int TAG = 6;

  /** In the low five bits: a length that is not known, ended by {@link #BREAK}. */
  private static final int INDEFINITE = 31;

  private static final byte BREAK = (byte) 0xFF;

  private final byte[] bytes;
  private final int end;

  private CborText(Blob body) {
    this.bytes = body.array();
    this.end = body.offset() + body.length();
  }

  static boolean isUnicode(Blob body) {
    return new CborText(body).afterItem(body.offset(), 0) >= 0;
  }

  /** The index behind the item that begins at {@code start}; -1 if it is not as it should be. */
  private int afterItem(int start, int depth) {
    int i = start;
    while (i >= 0 && i < end && major(i) == TAG) {
      i = afterHead(i);
    }
    if (i < 0 || i >= end || depth > Codec.MAX_DEPTH) {
      return -1;
    }
    return switch (major(i)) {
      case BYTES, TEXT -> isIndefinite(i) ? afterChunks(i) : afterString(i);
      case LIST, MAP -> afterContainer(i, depth);
      default -> afterHead(i);
    };
  }

  private int afterContainer(int i, int depth) {
    boolean isMap = major(i) == MAP;
    long left = isIndefinite(i) ? Long.MAX_VALUE : argument(i);
    int next = isIndefinite(i) ? i + 1 : left < 0 ? -1 : afterHead(i);
    while (next >= 0 && left > 0 && !(isIndefinite(i) && isBreak(next))) {
      if (isMap) {
        boolean named = next < end && major(next) == TEXT;
        next = named ? afterItem(next, depth + 1) : -1;
      }
      next = next < 0 ? -1 : afterItem(next, depth + 1);
      left--;
    }
    return isIndefinite(i) && next >= 0 ? next + 1 : next;
  }

  private int afterChunks(int i) {
    int next = i + 1;
    while (next >= 0 && !isBreak(next)) {
      boolean chunk = next < end && major(next) == major(i) && !isIndefinite(next);
      next = chunk ? afterString(next) : -1;
    }
    return next < 0 ? -1 : next + 1;
  }

  /** Behind a string of known length. */
  private int afterString(int i) {
    int first = afterHead(i);
    long length = argument(i);
    if (first < 0 || length < 0 || length > end - first) {
      return -1;
    }
    int next = first + (int) length;
    return major(i) == BYTES || Utf8.isValid(bytes, first, next) ? next : -1;
  }

  private int major(int i) {
    return (bytes[i] & 0xFF) >> 5;
  }

  private boolean isIndefinite(int i) {
    return (bytes[i] & 0x1F) == INDEFINITE;
  }

  private boolean isBreak(int i) {
    return i < end && bytes[i] == BREAK;
  }

  /** The index behind an item's first byte and its argument; -1 if they are cut off or reserved. */
  private int afterHead(int i) {
    int following = followingBytes(i);
    return following < 0 || following >= end - i ? -1 : i + 1 + following;
  }

  /**
   * The argument of a head: a length or a count, negative if it is none that fits; -1 if cut off.
   */
  private long argument(int i) {
    int following = followingBytes(i);
    if (following <= 0 || following >= end - i) {
      return following == 0 ? bytes[i] & 0x1F : -1;
    }
    long argument = 0;
    for (int k = i + 1; k <= i + following; k++) {
      argument = argument << Byte.SIZE | (bytes[k] & 0xFF);
    }
    return argument;
  }

  private int followingBytes(int i) {
    int info = bytes[i] & 0x1F;
    if (info < 24) {
      return 0;
    }
    return info < 28 ? 1 << (info - 24) : -1;
  }
}
