// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.StreamStorageSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Set;

/**
 * Specs as the API server may have stored them before the schema had its bounds: the operator reads
 * them, and says what is wrong with them, without an exception.
 */
final class StreamSpecFuzzTest extends DecoderFuzz {
  private static final StreamIdentity IDENTITY =
      new StreamIdentity("team", "orders", "c0ffee00-0000-4000-8000-000000000001");
  private static final StreamStorageSpec KEPT =
      new StreamStorageSpec("orders", "0123456789abcdef", 5L, 1, 1, null, null, null);
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  @Override
  protected List<byte[]> seeds() {
    return utf8(
        "{}",
        """
        {"streamName":"Orders","streamModeDetails":{"streamMode":"PROVISIONED"},"shardCount":3,"retentionPeriodHours":48,
         "maxRecordSizeInKiB":2048,"streamEncryption":{"keyId":"alias/k"},"desiredShardLevelMetrics":["IncomingBytes"],
         "tags":{"team":"a"},"deletionPolicy":"Retain","storage":{"size":"10Gi","storageClassName":"fast"},
         "placement":{"shardsPerPod":4,"zones":"Required"},"limits":{"profile":"none"},"resourcePolicy":"{}",
         "recordDistributionStrategy":"AUTO","warmThroughputMiBps":5}""");
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "null",
        "[null]",
        "{}",
        "-1",
        "0",
        "2147483648",
        "\"\"",
        "\"..\"",
        ",",
        "\"tags\":{\"a\":null},",
        "\"size\":\"-1\"");
  }

  @Override
  protected void decode(byte[] input) {
    KinesisStreamSpec spec;
    try {
      spec = SERIALIZATION.unmarshal(new String(input, UTF_8), KinesisStreamSpec.class);
    } catch (RuntimeException e) {
      // What does not read is no object of ours, and reaches no reconciler.
      throw new KubernetesClientException(String.valueOf(e.getMessage()), e);
    }
    if (spec == null || spec.streamName() == null || spec.streamName().isEmpty()) {
      return;
    }
    boolean isValid = DesiredStream.request(IDENTITY, spec).problem().isEmpty();
    if (isValid) {
      DesiredStream desired = DesiredStream.of(IDENTITY, spec, 5, KEPT);
      assertThat(desired.shardCount()).isBetween(1, 10_000);
      assertThat(desired.names().toString()).isNotBlank();
    }
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(KubernetesClientException.class);
  }

  /** The tokens and nodes of a parser, and an object mapper. */
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
