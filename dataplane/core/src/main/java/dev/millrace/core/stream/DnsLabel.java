// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A name for objects that must be DNS labels (RFC 1035): lower case letters, digits and {@code -},
 * a letter first.
 *
 * @param text 1 .. 63 characters
 */
public record DnsLabel(String text) {
  private static final int HASH_DIGITS = 8;

  /**
   * Converts a text to a label: unchanged if it is one, otherwise its permitted characters and a
   * hash, so that different texts get different labels.
   *
   * @param maxLength most characters of the label, at least 16
   */
  public static DnsLabel of(String text, int maxLength) {
    if (text.length() <= maxLength && text.matches("[a-z]([a-z0-9-]*[a-z0-9])?")) {
      return new DnsLabel(text);
    }
    CRC32C hash = new CRC32C();
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    String letters = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    String prefixed = letters.matches("[a-z].*") ? letters : "s-" + letters;
    String cut = prefixed.substring(0, Math.min(prefixed.length(), maxLength - HASH_DIGITS - 1));
    return new DnsLabel(cut + "-" + HexFormat.of().toHexDigits((int) hash.getValue()));
  }

  @Override
  public String toString() {
    return text;
  }
}
