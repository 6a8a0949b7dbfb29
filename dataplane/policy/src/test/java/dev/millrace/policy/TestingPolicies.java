// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Policies and tables of tests. */
final class TestingPolicies {
  private TestingPolicies() {}

  static PolicyDocument identity(String json) {
    return valid(PolicyKind.IDENTITY, json);
  }

  static PolicyDocument resource(String json) {
    return valid(PolicyKind.RESOURCE, json);
  }

  private static PolicyDocument valid(PolicyKind kind, String json) {
    return switch (PolicyParser.parse(kind, json)) {
      case ParsedPolicy.WellFormed(PolicyDocument document) -> document;
      case ParsedPolicy.NotAPolicy(String message) ->
          throw new AssertionError(message + ": " + json);
    };
  }

  /** Lines of a file beside the tests, without comments. */
  static List<String> lines(String file) {
    try (InputStream in =
        Objects.requireNonNull(TestingPolicies.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
