// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/**
 * A stream's name: 1 to 128 characters out of {@code [a-zA-Z0-9_.-]}.
 *
 * @param text the name
 */
public record StreamName(String text) implements Comparable<StreamName> {

  private static final int MAX_LENGTH = 128;

  public StreamName {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "stream name must be 1 to 128 characters of [a-zA-Z0-9_.-], found '" + text + "'");
    }
  }

  /** Whether the text can be a stream name. */
  public static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '.'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(StreamName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
