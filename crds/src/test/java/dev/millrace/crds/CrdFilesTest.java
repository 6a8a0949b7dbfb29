// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import static dev.millrace.crds.GeneratedDefinitions.YAML;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed YAML is what the Java types say; {@code make crds} writes it. */
class CrdFilesTest {
  private static final Path COMMITTED = Path.of("yaml");
  private static final boolean WRITE = Boolean.getBoolean("millrace.crds.write");

  @TempDir private Path folder;

  @Test
  void theCommittedYamlIsWhatTheTypesSay() throws IOException {
    SortedMap<String, JsonNode> definitions = GeneratedDefinitions.generate(folder);
    for (Map.Entry<String, JsonNode> definition : definitions.entrySet()) {
      Path file = COMMITTED.resolve(definition.getKey() + ".yaml");
      if (WRITE) {
        YAML.writeValue(file.toFile(), definition.getValue());
      }
      assertThat(YAML.readTree(file.toFile()))
          .as("%s differs from the Java types: run `make crds` and commit", file)
          .isEqualTo(YAML.readTree(YAML.writeValueAsString(definition.getValue())));
    }
    try (Stream<Path> files = Files.list(COMMITTED)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              definitions.keySet().stream().map(name -> name + ".yaml").toList());
    }
  }

  /** The API server rejects the server-side apply of a definition that has a rule twice. */
  @Test
  void noValidationRuleIsRepeated() throws IOException {
    try (Stream<Path> files = Files.list(COMMITTED)) {
      for (Path file : files.toList()) {
        for (JsonNode rules : YAML.readTree(file.toFile()).findValues("x-kubernetes-validations")) {
          assertThat(rules).doesNotHaveDuplicates().isNotEmpty();
        }
      }
    }
  }
}
