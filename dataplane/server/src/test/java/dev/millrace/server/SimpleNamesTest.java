// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A simple name means one type in the whole repository, so that it is unambiguous in a stack trace
 * or a review. Private types are exempt, and so is {@code Builder}, which is always used with its
 * outer type.
 */
class SimpleNamesTest {
  private static final Pattern DECLARATION =
      Pattern.compile(
          "^ *(?:(?:public|protected|static|final|abstract|sealed|non-sealed) )*"
              + "(?:class|record|interface|enum|@interface) (\\w+)\\b",
          Pattern.MULTILINE);
  private static final Set<String> SHARED = Set.of("Builder");

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("crds"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no folder above holds crds");
    }
    return folder;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(root())) {
      return files
          .filter(file -> file.toString().matches(".*/src/(main|test)/java/.*\\.java"))
          .toList();
    }
  }

  @Test
  void oneSimpleNameIsOneType() throws IOException {
    Map<String, Set<String>> places = new TreeMap<>();
    List<Path> sources = sources();
    for (Path source : sources) {
      DECLARATION
          .matcher(Files.readString(source))
          .results()
          .map(found -> found.group(1))
          .filter(name -> !SHARED.contains(name))
          .forEach(
              name ->
                  places
                      .computeIfAbsent(name, key -> new TreeSet<>())
                      .add(root().relativize(source).toString()));
    }
    assertThat(places.size()).isGreaterThan(sources.size() / 2);
    assertThat(
            places.entrySet().stream()
                .filter(place -> place.getValue().size() > 1)
                .map(Map.Entry::toString)
                .toList())
        .isEmpty();
  }
}
