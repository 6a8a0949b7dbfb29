// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

/**
 * Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF, nothing cut
 * off. Jackson reads some of these as other characters.
 */
final class Utf8 {
  private Utf8() {}

  /** Whether a whole range is UTF-8. */
  static boolean isValid(byte[] bytes, int start, int end) {
    int i = start;
    while (i >= 0 && i < end) {
      i = bytes[i] >= 0 ? i + 1 : afterMultiByte(bytes, i, end);
    }
    return i >= 0;
  }

  /** The index behind the character of several bytes that begins at {@code i}; -1 if none does. */
  static int afterMultiByte(byte[] bytes, int i, int end) {
    int lead = bytes[i] & 0xFF;
    int length = lengthByLead(lead);
    if (length == 0 || length > end - i) {
      return -1;
    }
    int second = bytes[i + 1] & 0xFF;
    int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) {
      return -1;
    }
    for (int k = i + 2; k < i + length; k++) {
      if ((bytes[k] & 0xC0) != 0x80) {
        return -1;
      }
    }
    return i + length;
  }

  private static int lengthByLead(int lead) {
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  }
}
