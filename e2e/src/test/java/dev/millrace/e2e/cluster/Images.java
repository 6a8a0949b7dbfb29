// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The images under test, as {@code make image} named them.
 *
 * @param prefix the part of their names before {@code -dataplane}, {@code -operator} and {@code
 *     -e2e-client}
 * @param tag tag of all three
 * @param examples names of the images of the programs in {@code examples}; may be empty
 */
record Images(String prefix, String tag, List<String> examples) {
  Images {
    examples = List.copyOf(examples);
  }

  /** The images that {@code make e2e} built and named in system properties. */
  static Images underTest() {
    return new Images(
        property("millrace.image.prefix"),
        property("millrace.image.tag"),
        Arrays.stream(System.getProperty("millrace.examples", "").split(" ", -1))
            .filter(name -> !name.isEmpty())
            .toList());
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

  /** The three, and those of the examples. */
  List<String> all() {
    return Stream.concat(
            Stream.of(named("dataplane"), named("operator"), client()), examples.stream())
        .toList();
  }

  /** Whether the image of this program in {@code examples} was built. */
  boolean hasExample(String name) {
    return examples.stream().anyMatch(image -> image.contains("/millrace-" + name + ":"));
  }

  private String named(String part) {
    return "%s-%s:%s".formatted(prefix, part, tag);
  }
}
