// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The ConfigMap of creation seconds, which people may edit. */
final class HistoryFuzzTest extends DecoderFuzz {
  private static final StreamName NAME = new StreamName("orders");
  private static final StreamId STREAM = new StreamId(7);

  @Override
  protected List<byte[]> seeds() {
    ConfigMap written =
        CreationHistory.EMPTY
            .with(NAME, STREAM, 1_700_000_000L)
            .toConfigMap("team", Optional.empty());
    return utf8(Objects.requireNonNull(written.getData().get("history.json")));
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "null",
        "{}",
        "[]",
        "-1",
        "9223372036854775807",
        "\"orders\":null,",
        "\"streamId\":null",
        ",",
        "\"\"");
  }

  @Override
  protected void decode(byte[] input) {
    ConfigMap edited =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(CreationHistory.NAME)
            .endMetadata()
            .withData(Map.of("history.json", new String(input, UTF_8)))
            .build();
    CreationHistory history = CreationHistory.of(edited);
    assertThat(CreationHistory.of(history.toConfigMap("team", Optional.empty())))
        .isEqualTo(history);
    history.secondOf("orders", STREAM);
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(IllegalArgumentException.class);
  }

  /** An object mapper's trees, and a ConfigMap. */
  @Override
  protected int bytesPerByte() {
    return 1_024;
  }
}
