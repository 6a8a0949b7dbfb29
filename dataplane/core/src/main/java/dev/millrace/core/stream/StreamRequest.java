// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A KinesisStream manifest as plain values. Only this class decides the stream's name, the defaults
 * and the bounds of a manifest, so that the operator, the gateways and standalone interpret it
 * alike.
 *
 * <p>The custom resource's schema has the same defaults and bounds. They are repeated here for
 * manifests that come from files and for objects that were stored before the schema had them.
 *
 * @param objectName {@code metadata.name}
 * @param streamName {@code spec.streamName}; if empty, the stream has the object's name
 * @param mode {@code spec.streamModeDetails.streamMode}
 * @param givenShardCount {@code spec.shardCount}
 * @param givenRetentionHours {@code spec.retentionPeriodHours}
 * @param givenMaxRecordSizeKiB {@code spec.maxRecordSizeInKiB}
 * @param tags {@code spec.tags}
 */
public record StreamRequest(
    String objectName,
    Optional<String> streamName,
    StreamMode mode,
    Optional<Integer> givenShardCount,
    Optional<Integer> givenRetentionHours,
    Optional<Integer> givenMaxRecordSizeKiB,
    Map<String, String> tags) {

  private static final int MOST_SHARDS = 10_000;
  private static final int LEAST_RETENTION_HOURS = 24;
  private static final int MOST_RETENTION_HOURS = 8760;
  private static final int LEAST_MAX_RECORD_KIB = 1024;
  private static final int MOST_MAX_RECORD_KIB = 10_240;

  public StreamRequest {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  /** The stream's name for the Kinesis API, valid or not. */
  public String name() {
    return nameOf(objectName, streamName);
  }

  /**
   * The stream name that an object requests, valid or not.
   *
   * @param objectName {@code metadata.name}
   * @param streamName {@code spec.streamName}
   */
  public static String nameOf(String objectName, Optional<String> streamName) {
    return streamName.orElse(objectName);
  }

  /** The initial number of shards. */
  public int shardCount() {
    return givenShardCount.orElse(StreamDefinition.ON_DEMAND_SHARDS);
  }

  public int retentionHours() {
    return givenRetentionHours.orElse(StreamSettings.DEFAULT_RETENTION_HOURS);
  }

  /** Most KiB of data and partition key of one record together. */
  public int maxRecordSizeKiB() {
    return givenMaxRecordSizeKiB.orElse(StreamSettings.DEFAULT_MAX_RECORD_SIZE_KIB);
  }

  public StreamSettings settings() {
    return StreamSettings.of(mode)
        .withRetentionHours(retentionHours())
        .withMaxRecordSizeKiB(maxRecordSizeKiB())
        .withTags(tags);
  }

  /**
   * Describes the first invalid field: its name, what is expected and what was found.
   *
   * @return empty when the request is valid
   */
  public Optional<String> problem() {
    if (!StreamName.isValid(name())) {
      return Optional.of(
          "spec.streamName must be 1 to 128 characters of [a-zA-Z0-9_.-], found '" + name() + "'");
    }
    if (givenShardCount.isEmpty() && mode == StreamMode.PROVISIONED) {
      return Optional.of(
          "spec.shardCount is required unless spec.streamModeDetails.streamMode is ON_DEMAND");
    }
    return outside("spec.shardCount", shardCount(), 1, MOST_SHARDS)
        .or(
            () ->
                outside(
                    "spec.retentionPeriodHours",
                    retentionHours(),
                    LEAST_RETENTION_HOURS,
                    MOST_RETENTION_HOURS))
        .or(
            () ->
                outside(
                    "spec.maxRecordSizeInKiB",
                    maxRecordSizeKiB(),
                    LEAST_MAX_RECORD_KIB,
                    MOST_MAX_RECORD_KIB));
  }

  private static Optional<String> outside(String field, int found, int least, int most) {
    return found < least || found > most
        ? Optional.of("%s must be from %d to %d, found %d".formatted(field, least, most, found))
        : Optional.empty();
  }
}
