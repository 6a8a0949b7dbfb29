// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Manifests in files, in YAML and JSON: a stream, an object that is left out, or a message that
 * names the document and what is wrong with it.
 */
final class ManifestFuzzTest extends DecoderFuzz {
  private static final Path FILE = Path.of("stream.yaml");
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  @Override
  protected List<byte[]> seeds() {
    return utf8(
        """
        apiVersion: millrace.dev/v1alpha1
        kind: KinesisStream
        metadata: {name: clicks}
        spec:
          streamName: Clicks
          streamModeDetails: {streamMode: ON_DEMAND}
          retentionPeriodHours: 48
          maxRecordSizeInKiB: 2048
          desiredShardLevelMetrics: [IncomingBytes]
          streamEncryption: {keyId: alias/k}
          recordDistributionStrategy: AUTO
          warmThroughputMiBps: 5
          resourcePolicy: '{}'
          tags: {team: a}
        """,
        """
        apiVersion: millrace.dev/v1alpha1
        kind: KinesisStream
        metadata: {name: a}
        spec: {shardCount: 3}
        ---
        kind: ConfigMap
        """,
        """
        {"apiVersion":"millrace.dev/v1alpha1","kind":"KinesisStream","metadata":{"name":"a"},"spec":{"shardCount":1}}""");
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "null",
        "~",
        "[",
        "]",
        "{",
        "}",
        ":",
        "- ",
        "\n",
        "---\n",
        "&a ",
        "*a",
        "<<: *a",
        "!!java.net.URL ",
        "!!binary ",
        "[null]",
        "{null: null}",
        "? ",
        "| ",
        "'",
        "\"",
        "1e999",
        "0x7f",
        "..",
        "/",
        "spec:",
        "metadata:",
        "\t",
        "%YAML 9.9\n",
        "&a [*a,*a]",
        "\u0000",
        "\ufeff");
  }

  @Override
  protected void decode(byte[] input) throws IOException {
    List<StreamManifest> streams = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    try {
      ManifestFolder.read(FILE, new String(input, UTF_8), SERIALIZATION, streams, leftOut);
    } catch (IOException e) {
      // A message that a person can work with is no message of the JVM.
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        assertThat(cause)
            .isNotInstanceOfAny(NullPointerException.class, IndexOutOfBoundsException.class);
      }
      assertThat(e.getMessage()).startsWith("manifest stream.yaml, document ");
      throw e;
    }
    for (StreamManifest manifest : streams) {
      assertThat(manifest.name().text()).isNotBlank();
      assertThat(manifest.shardCount()).isBetween(1, 10_000);
      assertThat(manifest.settings()).isNotNull();
    }
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(IOException.class);
  }

  /** The tokens and nodes of a YAML parser, twice for each document. */
  @Override
  protected int bytesPerByte() {
    return 4_096;
  }

  /** The readers of YAML have buffers of their own. */
  @Override
  protected int fixedBytes() {
    return 4 << 20;
  }
}
