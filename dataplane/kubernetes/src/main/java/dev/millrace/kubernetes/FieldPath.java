// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The place of a field in an object.
 *
 * @param names the field's name, after those of the fields that it is in
 * @param item the item of that field, which is a set of texts
 */
record FieldPath(List<String> names, Optional<String> item) {
  FieldPath {
    names = List.copyOf(names);
  }

  static FieldPath of(String... names) {
    return new FieldPath(List.of(names), Optional.empty());
  }

  FieldPath item(String text) {
    return new FieldPath(names, Optional.of(text));
  }

  /** In the form of the API server's messages. */
  @Override
  public String toString() {
    return names.stream().collect(Collectors.joining("."))
        + item.map(text -> "[=" + Json.quoted(text) + "]").orElse("");
  }
}
