// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text of a policy, which may have wildcards and variables.
 *
 * <p>A variable is replaced by the value of a condition key of the request, whose own {@code *} and
 * {@code ?} stand for themselves. Without a value and a default, the text matches nothing.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html">Variables
 *     and tags</a>
 */
sealed interface PolicyText {
  /** Whether the whole pattern matches {@code value} from {@code from} up to {@code end}. */
  boolean matches(String value, int from, int end, AccessRequest request);

  /** Whether every variable has a value. */
  boolean isResolvable(AccessRequest request);

  default boolean matches(String value, AccessRequest request) {
    return matches(value, 0, value.length(), request);
  }

  /** A text without variables. */
  record Fixed(Wildcard wildcard) implements PolicyText {
    @Override
    public boolean matches(String value, int from, int end, AccessRequest request) {
      return wildcard.matches(value, from, end);
    }

    @Override
    public boolean isResolvable(AccessRequest request) {
      return true;
    }
  }

  /** A text with variables, which is put together for each request. */
  record Templated(List<Piece> pieces, boolean wildcards, boolean ignoreCase)
      implements PolicyText {
    @Override
    public boolean matches(String value, int from, int end, AccessRequest request) {
      Wildcard resolved = resolve(request);
      return resolved != null && resolved.matches(value, from, end);
    }

    @Override
    public boolean isResolvable(AccessRequest request) {
      return resolve(request) != null;
    }

    private @Nullable Wildcard resolve(AccessRequest request) {
      Wildcard.Builder builder = Wildcard.builder(64);
      for (Piece piece : pieces) {
        switch (piece) {
          case Piece.LiteralText(String text) -> add(builder, text, wildcards);
          case Piece.Escaped(String text) -> builder.literal(text);
          case Piece.Variable(ContextKey key, String byDefault) -> {
            String value = request.value(key);
            if (value == null) {
              value = byDefault;
            }
            if (value == null) {
              return null;
            }
            builder.literal(value);
          }
        }
      }
      return builder.build(ignoreCase);
    }
  }

  /** A part of a text. */
  sealed interface Piece {
    /** Outside of variables. */
    record LiteralText(String text) implements Piece {}

    /** One of {@code ${*}}, <code>${?}</code> and <code>${$}</code>: the character itself. */
    record Escaped(String text) implements Piece {}

    /** The value of a key, or of the default if the request has none. */
    record Variable(ContextKey key, @Nullable String byDefault) implements Piece {}
  }

  /**
   * Compiles a text.
   *
   * @param path of the text in the document, for messages
   * @param wildcards whether {@code *} and {@code ?} are special
   * @param variables whether <code>${}</code> is: not in version 2008-10-17
   */
  static PolicyText compile(
      String path, String text, boolean wildcards, boolean variables, boolean ignoreCase)
      throws InvalidPolicyException {
    if (text.length() > PolicyLimits.MAX_VALUE_CHARACTERS) {
      throw InvalidPolicyException.at(
          path,
          "must have at most %d characters, found %d."
              .formatted(PolicyLimits.MAX_VALUE_CHARACTERS, text.length()));
    }
    if (!variables || !text.contains("${")) {
      Wildcard.Builder builder = Wildcard.builder(text.length());
      add(builder, text, wildcards);
      return new Fixed(builder.build(ignoreCase));
    }
    List<Piece> pieces = pieces(path, text);
    if (pieces.stream().anyMatch(Piece.Variable.class::isInstance)) {
      return new Templated(List.copyOf(pieces), wildcards, ignoreCase);
    }
    Wildcard.Builder builder = Wildcard.builder(text.length());
    for (Piece piece : pieces) {
      switch (piece) {
        case Piece.LiteralText(String part) -> add(builder, part, wildcards);
        case Piece.Escaped(String part) -> builder.literal(part);
        case Piece.Variable variable -> throw new AssertionError(variable);
      }
    }
    return new Fixed(builder.build(ignoreCase));
  }

  private static void add(Wildcard.Builder builder, String text, boolean wildcards) {
    if (wildcards) {
      builder.pattern(text);
    } else {
      builder.literal(text);
    }
  }

  private static List<Piece> pieces(String path, String text) throws InvalidPolicyException {
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int start = text.indexOf("${", at);
      if (start < 0) {
        pieces.add(new Piece.LiteralText(text.substring(at)));
        break;
      }
      if (start > at) {
        pieces.add(new Piece.LiteralText(text.substring(at, start)));
      }
      int end = text.indexOf('}', start);
      if (end < 0) {
        throw InvalidPolicyException.at(path, "variable without '}' in '" + text + "'.");
      }
      pieces.add(variable(path, text.substring(start + 2, end)));
      at = end + 1;
    }
    return pieces;
  }

  private static Piece variable(String path, String text) throws InvalidPolicyException {
    if (text.equals("*") || text.equals("?") || text.equals("$")) {
      return new Piece.Escaped(text);
    }
    int comma = text.indexOf(',');
    String name = (comma < 0 ? text : text.substring(0, comma)).strip();
    if (name.isEmpty() || name.indexOf(':') <= 0 || name.contains("${")) {
      throw InvalidPolicyException.at(
          path, "'${" + text + "}' is not a variable: expected a condition key, *, ? or $.");
    }
    if (comma < 0) {
      return new Piece.Variable(ContextKey.of(name), null);
    }
    String quoted = text.substring(comma + 1).strip();
    if (quoted.length() < 2 || !quoted.startsWith("'") || !quoted.endsWith("'")) {
      throw InvalidPolicyException.at(
          path, "the default in '${" + text + "}' must stand in single quotes.");
    }
    return new Piece.Variable(
        ContextKey.of(name), quoted.substring(1, quoted.length() - 1).replace("''", "'"));
  }
}
