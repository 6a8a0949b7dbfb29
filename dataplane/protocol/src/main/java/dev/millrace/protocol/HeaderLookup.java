// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

import java.util.List;
import java.util.Optional;

/** Access to a request's headers in the form in which the HTTP server keeps them. */
@FunctionalInterface
public interface HeaderLookup {
  /**
   * All values of a header in the order of the request; empty if it has none.
   *
   * @param name in lower case, but it matches headers in any case. For {@code host} an HTTP/2
   *     server returns {@code :authority}
   */
  List<String> values(String name);

  /** The first value of a header, if there is one and it is not empty. */
  default Optional<String> first(String name) {
    List<String> values = values(name);
    return values.isEmpty() || values.getFirst().isEmpty()
        ? Optional.empty()
        : Optional.of(values.getFirst());
  }
}
