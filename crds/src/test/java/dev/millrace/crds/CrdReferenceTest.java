// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reference for users is what the Java types say; {@code make crds} writes it together with the
 * YAML.
 */
class CrdReferenceTest {
  private static final Path COMMITTED = Path.of("../docs/crd-reference.md");
  private static final boolean WRITE = Boolean.getBoolean("millrace.crds.write");

  @TempDir private Path folder;

  @Test
  void theCommittedReferenceIsWhatTheTypesSay() throws IOException {
    String reference = CrdReference.of(definitions());
    if (WRITE) {
      Files.writeString(COMMITTED, reference);
    }
    assertThat(reference)
        .as("%s differs from the Java types: run `make crds` and commit", COMMITTED)
        .isEqualTo(Files.readString(COMMITTED));
  }

  /** Descriptions are what users read, here and in {@code kubectl explain}. */
  @Test
  void everyFieldIsDescribed() throws IOException {
    assertThat(
            definitions().stream()
                .flatMap(definition -> CrdReference.fields(definition).stream())
                .filter(field -> field.description().isBlank())
                .map(CrdReference.Field::path))
        .isEmpty();
  }

  private List<JsonNode> definitions() throws IOException {
    return List.copyOf(GeneratedDefinitions.generate(folder).values());
  }
}
