// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import java.util.List;

/**
 * The images under test, as {@code make image} named them.
 *
 * @param prefix the part of their names before {@code -dataplane}, {@code -operator} and {@code
 *     -e2e-client}
 * @param tag tag of all three
 */
record Images(String prefix, String tag) {

  /** The images that {@code make e2e} built and named in system properties. */
  static Images underTest() {
    return new Images(property("millrace.image.prefix"), property("millrace.image.tag"));
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new AssertionError(
          "system property " + name + " is not set: `make e2e` builds the images and sets it");
    }
    return value;
  }

  /** The image of {@link ClientJob}. */
  String client() {
    return named("e2e-client");
  }

  /** All three. */
  List<String> all() {
    return List.of(named("dataplane"), named("operator"), client());
  }

  private String named(String part) {
    return "%s-%s:%s".formatted(prefix, part, tag);
  }
}
