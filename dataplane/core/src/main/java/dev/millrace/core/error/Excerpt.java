// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.error;

/** Shortens a client's value for use in an error message. */
public final class Excerpt {
  /** Most bytes of one value, in UTF-8, that a message quotes. */
  public static final int MAX_BYTES = 1024;

  private static final String CUT = "...";

  private Excerpt() {}

  /**
   * The value itself if it is short, otherwise as much of its start as fits into {@link #MAX_BYTES}
   * together with an ellipsis.
   */
  public static String of(String value) {
    int bytes = 0;
    int fits = 0;
    for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
      bytes += utf8Bytes(value.codePointAt(i));
      if (bytes > MAX_BYTES) {
        return value.substring(0, fits) + CUT;
      }
      if (bytes <= MAX_BYTES - CUT.length()) {
        fits = i + Character.charCount(value.codePointAt(i));
      }
    }
    return value;
  }

  private static int utf8Bytes(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    return codePoint < 0x800 ? 2 : Character.isBmpCodePoint(codePoint) ? 3 : 4;
  }
}
