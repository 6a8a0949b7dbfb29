// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.stream.DnsLabel;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamSpec.StreamEncryption;
import dev.millrace.crds.KinesisStreamSpec.StreamModeDetails;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes the manifest of a stream that is created through the Kinesis API. */
final class ManifestWriter {
  private static final int NAME_LENGTH = 63;

  private ManifestWriter() {}

  /** The object of a new stream. It has the stream's name if Kubernetes allows that name. */
  static KinesisStream of(StreamDefinition stream, String namespace) {
    String streamName = stream.name().text();
    String objectName = DnsLabel.of(streamName, NAME_LENGTH).text();
    KinesisStream manifest = new KinesisStream();
    manifest.setMetadata(
        new ObjectMetaBuilder().withName(objectName).withNamespace(namespace).build());
    manifest.setSpec(spec(stream, objectName.equals(streamName) ? null : streamName));
    return manifest;
  }

  /** Defaults are left out: nobody has chosen them, so nobody should own them. */
  private static KinesisStreamSpec spec(StreamDefinition stream, @Nullable String streamName) {
    StreamSettings settings = stream.settings();
    boolean onDemand = settings.mode() == StreamMode.ON_DEMAND;
    return new KinesisStreamSpec(
        streamName,
        onDemand ? new StreamModeDetails(KinesisStreamSpec.StreamModeName.ON_DEMAND) : null,
        onDemand ? null : Integer.valueOf(stream.shards().size()),
        null,
        unless(StreamSettings.DEFAULT_RETENTION_HOURS, settings.retentionHours()),
        unless(StreamSettings.DEFAULT_MAX_RECORD_SIZE_KIB, settings.maxRecordSizeKiB()),
        settings.tags().isEmpty() ? null : new TreeMap<>(settings.tags()),
        null,
        null,
        null,
        null,
        null,
        settings
            .keyId()
            .map(key -> new StreamEncryption(KinesisStreamSpec.EncryptionType.KMS, key))
            .orElse(null),
        settings.shardLevelMetrics().isEmpty()
            ? null
            : SpecWords.metrics(settings.shardLevelMetrics()),
        settings.policy().orElse(null),
        settings.warmThroughputMiBps().orElse(null),
        settings.distribution() == RecordDistribution.USER_PARTITION_KEY
            ? null
            : SpecWords.strategy(settings.distribution()));
  }

  private static @Nullable Integer unless(int defaultValue, int value) {
    return value == defaultValue ? null : Integer.valueOf(value);
  }
}
