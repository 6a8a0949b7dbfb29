// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamRequest;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamSpec.StreamEncryption;
import java.util.Map;
import java.util.Optional;

/**
 * A valid KinesisStream manifest as domain values, with defaults filled in.
 *
 * @param request the manifest
 */
public record StreamManifest(StreamRequest request) {

  /**
   * Reads a manifest.
   *
   * @throws IllegalArgumentException naming the field, what was found and what is expected
   */
  public static StreamManifest of(KinesisStream manifest) {
    KinesisStreamSpec spec = manifest.getSpec();
    String objectName = manifest.getMetadata() == null ? null : manifest.getMetadata().getName();
    if (spec == null || objectName == null) {
      throw new IllegalArgumentException("metadata.name and spec are required");
    }
    StreamRequest request =
        new StreamRequest(
            objectName,
            Optional.ofNullable(spec.streamName()),
            mode(spec),
            Optional.ofNullable(spec.shardCount()),
            Optional.ofNullable(spec.retentionPeriodHours()),
            Optional.ofNullable(spec.maxRecordSizeInKiB()),
            Optional.ofNullable(spec.tags()).orElse(Map.of()),
            SpecWords.texts(spec.desiredShardLevelMetrics()),
            Optional.ofNullable(spec.streamEncryption()).map(StreamEncryption::keyId),
            Optional.ofNullable(spec.recordDistributionStrategy()).map(SpecWords::distribution),
            Optional.ofNullable(spec.warmThroughputMiBps()),
            Optional.ofNullable(spec.resourcePolicy()));
    Optional<String> problem = request.problem();
    if (problem.isPresent()) {
      throw new IllegalArgumentException(problem.get());
    }
    return new StreamManifest(request);
  }

  /** The stream, as the Kinesis API names it. */
  public StreamName name() {
    return new StreamName(request.name());
  }

  /** The number of shards that it asks for. */
  public int shardCount() {
    return request.shardCount();
  }

  public StreamSettings settings() {
    return request.settings();
  }

  private static StreamMode mode(KinesisStreamSpec spec) {
    KinesisStreamSpec.StreamModeName given =
        spec.streamModeDetails() == null ? null : spec.streamModeDetails().streamMode();
    return given == KinesisStreamSpec.StreamModeName.ON_DEMAND
        ? StreamMode.ON_DEMAND
        : StreamMode.PROVISIONED;
  }

  /** The stream name that an object asks for, valid or not. */
  static String nameOf(KinesisStream object) {
    return StreamRequest.nameOf(
        object.getMetadata().getName(),
        Optional.ofNullable(object.getSpec()).map(KinesisStreamSpec::streamName));
  }
}
