package dev.millrace.kubernetes;

import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import java.util.Map;
import java.util.Optional;

/**
 * What a KinesisStream manifest says of its stream, with what the definition's defaults add.
 * Checked by the same bounds as the definition's schema, since a manifest may also come from a
 * file.
 *
 * @param name as the Kinesis API names it
 * @param shardCount shards that it begins with
 */
public record StreamManifest(StreamName name, int shardCount, StreamSettings settings) {

  private static final int MAX_SHARDS = 10_000;
  private static final int MIN_RETENTION_HOURS = 24;
  private static final int MAX_RETENTION_HOURS = 8760;
  private static final int MIN_RECORD_KIB = 1024;
  private static final int MAX_RECORD_KIB = 10_240;

  /**
   * Reads a manifest.
   *
   * @throws IllegalArgumentException naming the field, what was found and what is expected
   */
  public static StreamManifest of(KinesisStream manifest) {
    KinesisStreamSpec spec = manifest.getSpec();
    String objectName = manifest.getMetadata().getName();
    if (spec == null || objectName == null) {
      throw new IllegalArgumentException("metadata.name and spec are required");
    }
    String name = spec.streamName() == null ? objectName : spec.streamName();
    if (!StreamName.isValid(name)) {
      throw new IllegalArgumentException(
          "spec.streamName must be 1 to 128 characters of [a-zA-Z0-9_.-], found '" + name + "'");
    }
    boolean onDemand =
        spec.streamModeDetails() != null
            && spec.streamModeDetails().streamMode() == KinesisStreamSpec.StreamMode.ON_DEMAND;
    if (spec.shardCount() == null && !onDemand) {
      throw new IllegalArgumentException(
          "spec.shardCount is required unless spec.streamModeDetails.streamMode is ON_DEMAND");
    }
    StreamSettings settings =
        StreamSettings.of(onDemand ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED)
            .withRetentionHours(
                within(
                    "spec.retentionPeriodHours",
                    Optional.ofNullable(spec.retentionPeriodHours()),
                    StreamSettings.DEFAULT_RETENTION_HOURS,
                    MIN_RETENTION_HOURS,
                    MAX_RETENTION_HOURS))
            .withMaxRecordSizeKiB(
                within(
                    "spec.maxRecordSizeInKiB",
                    Optional.ofNullable(spec.maxRecordSizeInKiB()),
                    StreamSettings.DEFAULT_MAX_RECORD_SIZE_KIB,
                    MIN_RECORD_KIB,
                    MAX_RECORD_KIB))
            .withTags(Optional.ofNullable(spec.tags()).orElse(Map.of()));
    int shardCount =
        within(
            "spec.shardCount",
            Optional.ofNullable(spec.shardCount()),
            StreamDefinition.ON_DEMAND_SHARDS,
            1,
            MAX_SHARDS);
    return new StreamManifest(new StreamName(name), shardCount, settings);
  }

  private static int within(
      String field, Optional<Integer> value, int otherwise, int least, int most) {
    int found = value.orElse(otherwise);
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          "%s must be from %d to %d, found %d".formatted(field, least, most, found));
    }
    return found;
  }
}
