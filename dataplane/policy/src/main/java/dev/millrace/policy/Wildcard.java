// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.Arrays;

/**
 * A compiled text with {@code *} (any characters, also none) and {@code ?} (one character).
 * Matching remembers only the last {@code *}, so it takes at most the product of both lengths in
 * steps, allocates nothing and does not recurse.
 */
final class Wildcard {
  private static final byte LITERAL = 0;
  private static final byte ONE = 1;
  private static final byte MANY = 2;

  private final char[] text;
  private final byte[] kinds;
  private final boolean ignoreCase;

  private Wildcard(char[] text, byte[] kinds, boolean ignoreCase) {
    this.text = text;
    this.kinds = kinds;
    this.ignoreCase = ignoreCase;
  }

  /** Compiles a text in which {@code *} and {@code ?} are wildcards. */
  static Wildcard of(String pattern) {
    return builder(pattern.length()).pattern(pattern).build(false);
  }

  static Wildcard ignoringCase(String pattern) {
    return builder(pattern.length()).pattern(pattern).build(true);
  }

  static Builder builder(int capacity) {
    return new Builder(capacity);
  }

  boolean matches(String value) {
    return matches(value, 0, value.length());
  }

  /** Whether the whole pattern matches the characters from {@code from} up to {@code end}. */
  boolean matches(String value, int from, int end) {
    int patternEnd = text.length;
    int p = 0;
    int v = from;
    int lastMany = -1;
    int retryFrom = from;
    while (v < end) {
      if (p < patternEnd && kinds[p] == MANY) {
        lastMany = p++;
        if (p == patternEnd) {
          return true;
        }
        retryFrom = v;
      } else if (p < patternEnd && kinds[p] == ONE) {
        p++;
        v = next(value, v, end);
      } else if (p < patternEnd && same(text[p], value.charAt(v))) {
        p++;
        v++;
      } else if (lastMany >= 0) {
        p = lastMany + 1;
        retryFrom = next(value, retryFrom, end);
        v = retryFrom;
      } else {
        return false;
      }
    }
    while (p < patternEnd && kinds[p] == MANY) {
      p++;
    }
    return p == patternEnd;
  }

  /** Past one character, which may be a surrogate pair. */
  private static int next(String value, int at, int end) {
    return at + 1 < end
            && Character.isHighSurrogate(value.charAt(at))
            && Character.isLowSurrogate(value.charAt(at + 1))
        ? at + 2
        : at + 1;
  }

  private boolean same(char a, char b) {
    return a == b || (ignoreCase && fold(a) == fold(b));
  }

  private static char fold(char c) {
    if (c < 0x80) {
      return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }
    return Character.toLowerCase(Character.toUpperCase(c));
  }

  /** Collects a pattern from parts. */
  static final class Builder {
    private char[] text;
    private byte[] kinds;
    private int length;

    private Builder(int capacity) {
      text = new char[capacity];
      kinds = new byte[capacity];
    }

    Builder pattern(String part) {
      for (int i = 0; i < part.length(); i++) {
        char c = part.charAt(i);
        switch (c) {
          case '*' -> add(c, MANY);
          case '?' -> add(c, ONE);
          default -> add(c, LITERAL);
        }
      }
      return this;
    }

    Builder literal(String part) {
      for (int i = 0; i < part.length(); i++) {
        add(part.charAt(i), LITERAL);
      }
      return this;
    }

    private void add(char c, byte kind) {
      if (kind == MANY && length > 0 && kinds[length - 1] == MANY) {
        return;
      }
      if (length == text.length) {
        text = Arrays.copyOf(text, length * 2 + 16);
        kinds = Arrays.copyOf(kinds, length * 2 + 16);
      }
      text[length] = c;
      kinds[length++] = kind;
    }

    Wildcard build(boolean ignoreCase) {
      return new Wildcard(Arrays.copyOf(text, length), Arrays.copyOf(kinds, length), ignoreCase);
    }
  }
}
