// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import dev.millrace.core.error.Excerpt;
import dev.millrace.protocol.Blob;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Decodes blobs of JSON as strictly as the service: standard base64 with padding, without line
 * breaks.
 */
final class Base64Text {
  private static final Base64.Decoder DECODER = Base64.getDecoder();

  private Base64Text() {}

  /**
   * Decodes straight from the body, without creating a string: most bytes of most requests are
   * blobs.
   *
   * @param quoteOffset the offset of the opening quote in the body; negative if the parser does not
   *     know it
   * @return null if the text is not plain base64, for example because it has escapes; the caller
   *     then decodes the string
   */
  static @Nullable Blob decodeInPlace(Blob body, long quoteOffset) {
    byte[] bytes = body.array();
    int end = body.offset() + body.length();
    if (quoteOffset < 0 || quoteOffset >= body.length()) {
      return null;
    }
    int quote = body.offset() + (int) quoteOffset;
    if (bytes[quote] != '"') {
      return null;
    }
    int closing = quote + 1;
    while (closing < end && bytes[closing] != '"') {
      closing++;
    }
    return closing == end ? null : decodeOrNull(bytes, quote + 1, closing - quote - 1);
  }

  /**
   * Decodes a string.
   *
   * @throws MalformedValueException with the service's reason if it is not base64
   */
  static Blob decode(String text) throws MalformedValueException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Blob blob = decodeOrNull(bytes, 0, bytes.length);
    if (blob == null) {
      throw new MalformedValueException(
          "'" + Excerpt.of(text) + "' can not be converted to a Blob: " + fault(text));
    }
    return blob;
  }

  private static @Nullable Blob decodeOrNull(byte[] text, int offset, int length) {
    // The JDK lets missing padding and stray bits in the last character pass; the service does not.
    if (length % 4 != 0 || hasStrayBits(text, offset, length)) {
      return null;
    }
    try {
      ByteBuffer decoded = DECODER.decode(ByteBuffer.wrap(text, offset, length));
      return new Blob(decoded.array(), decoded.arrayOffset(), decoded.limit());
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  /** Whether bits of the last character before the padding would be lost. */
  private static boolean hasStrayBits(byte[] text, int offset, int length) {
    if (length == 0 || text[offset + length - 1] != '=') {
      return false;
    }
    boolean twoPads = text[offset + length - 2] == '=';
    byte last = text[offset + length - (twoPads ? 3 : 2)];
    return (valueOf(last) & (twoPads ? 0xF : 0x3)) != 0;
  }

  private static int valueOf(byte c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return c == '+' ? 62 : 63;
  }

  private static String fault(String text) {
    if (text.length() % 4 != 0) {
      return "Base64 encoded length is expected a multiple of 4 bytes but found: " + text.length();
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean padInside = c == '=' && i + 1 < text.length() && text.charAt(i + 1) != '=';
      if (padInside || !isAlphabet(c)) {
        return "Invalid Base64 character: '" + c + "'";
      }
    }
    return "Invalid last non-pad Base64 character dectected";
  }

  private static boolean isAlphabet(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/'
        || c == '=';
  }
}
