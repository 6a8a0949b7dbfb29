// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A pattern that a whole text must match, with a test that is equivalent to it. The patterns on the
 * record path are tested by hand-written code in one pass.
 *
 * @param text the pattern as the service prints it
 * @param test whether a text matches
 */
public record TextPattern(String text, Predicate<String> test) {
  /**
   * Longer texts are not matched against a regular expression, which may take quadratic time. Each
   * type that has one also has a length constraint of at most this, which rejects them.
   */
  private static final int MAX_REGEX_INPUT = 2048;

  /** Names of streams, shards and consumers. */
  public static final TextPattern NAME = new TextPattern("[a-zA-Z0-9_.-]+", TextPattern::isName);

  /** A decimal number of up to 39 digits, without leading zeros. */
  public static final TextPattern HASH_KEY =
      new TextPattern("0|([1-9]\\d{0,38})", text -> isDecimal(text, 39));

  /** A decimal number of up to 129 digits, without leading zeros. */
  public static final TextPattern SEQUENCE_NUMBER =
      new TextPattern("0|([1-9]\\d{0,128})", text -> isDecimal(text, 129));

  /** A pattern that is tested as a regular expression. */
  public static TextPattern regex(String regex) {
    Pattern compiled = Pattern.compile(regex);
    return new TextPattern(
        regex, text -> text.length() > MAX_REGEX_INPUT || compiled.matcher(text).matches());
  }

  boolean matches(String value) {
    return test.test(value);
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || isDigit(c)
              || c == '_'
              || c == '.'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isDecimal(String text, int maxDigits) {
    if (text.isEmpty() || text.length() > maxDigits) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return text.charAt(0) != '0' || text.length() == 1;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
