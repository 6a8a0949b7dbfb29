// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

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
 * @param shardLevelMetrics {@code spec.desiredShardLevelMetrics}
 * @param keyId {@code spec.streamEncryption.keyId}
 * @param givenDistribution {@code spec.recordDistributionStrategy}
 * @param warmThroughputMiBps {@code spec.warmThroughputMiBps}
 * @param policy {@code spec.resourcePolicy}
 */
public record StreamRequest(
    String objectName,
    Optional<String> streamName,
    StreamMode mode,
    Optional<Integer> givenShardCount,
    Optional<Integer> givenRetentionHours,
    Optional<Integer> givenMaxRecordSizeKiB,
    Map<String, String> tags,
    Set<String> shardLevelMetrics,
    Optional<String> keyId,
    Optional<RecordDistribution> givenDistribution,
    Optional<Integer> warmThroughputMiBps,
    Optional<String> policy) {

  private static final int MOST_SHARDS = 10_000;
  private static final int LEAST_RETENTION_HOURS = 24;
  private static final int MOST_RETENTION_HOURS = 8760;
  private static final int LEAST_MAX_RECORD_KIB = 1024;
  private static final int MOST_MAX_RECORD_KIB = 10_240;
  private static final int MOST_WARM_THROUGHPUT_MIBPS = 10_240;
  private static final int MOST_KEY_ID_CHARACTERS = 2048;
  private static final int MOST_POLICY_CHARACTERS = 20_480;

  public StreamRequest {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    shardLevelMetrics = Collections.unmodifiableSortedSet(new TreeSet<>(shardLevelMetrics));
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

  /** The settings, with the defaults of what the manifest does not contain. */
  public StreamSettings settings() {
    return over(StreamSettings.of(mode));
  }

  /** The settings of a stream to which the manifest is applied: what it does not contain stays. */
  public StreamSettings over(StreamSettings present) {
    StreamSettings next = present.withMode(mode);
    next = with(next, givenRetentionHours, StreamSettings::withRetentionHours);
    next = with(next, givenMaxRecordSizeKiB, StreamSettings::withMaxRecordSizeKiB);
    next = with(next, givenDistribution, StreamSettings::withDistribution);
    return next.withTags(tags.isEmpty() ? present.tags() : tags)
        .withShardLevelMetrics(
            shardLevelMetrics.isEmpty()
                ? present.shardLevelMetrics()
                : new TreeSet<>(shardLevelMetrics))
        .withKeyId(keyId.or(present::keyId))
        .withWarmThroughput(warmThroughputMiBps.or(present::warmThroughputMiBps))
        .withPolicy(policy.or(present::policy));
  }

  private static <T> StreamSettings with(
      StreamSettings settings,
      Optional<T> given,
      BiFunction<StreamSettings, T, StreamSettings> to) {
    return given.isPresent() ? to.apply(settings, given.get()) : settings;
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
                    MOST_MAX_RECORD_KIB))
        .or(this::problemOfMode)
        .or(this::problemOfTexts);
  }

  private Optional<String> problemOfMode() {
    if (mode == StreamMode.PROVISIONED && warmThroughputMiBps.isPresent()) {
      return Optional.of(
          "spec.warmThroughputMiBps needs spec.streamModeDetails.streamMode ON_DEMAND");
    }
    if (mode == StreamMode.PROVISIONED
        && givenDistribution.equals(Optional.of(RecordDistribution.AUTO))) {
      return Optional.of(
          "spec.recordDistributionStrategy AUTO needs spec.streamModeDetails.streamMode ON_DEMAND");
    }
    return warmThroughputMiBps.flatMap(
        miBps -> outside("spec.warmThroughputMiBps", miBps, 0, MOST_WARM_THROUGHPUT_MIBPS));
  }

  private Optional<String> problemOfTexts() {
    if (tags.containsValue(null)) {
      return Optional.of("spec.tags must have texts only, found null");
    }
    if (policy.isPresent() && !isObject(policy.get())) {
      return Optional.of("spec.resourcePolicy must be a JSON object");
    }
    return keyId
        .flatMap(
            key ->
                outside(
                    "the length of spec.streamEncryption.keyId",
                    key.length(),
                    1,
                    MOST_KEY_ID_CHARACTERS))
        .or(
            () ->
                policy.flatMap(
                    text ->
                        outside(
                            "the length of spec.resourcePolicy",
                            text.length(),
                            2,
                            MOST_POLICY_CHARACTERS)));
  }

  /** As much as the schema can check too. PutResourcePolicy reads the whole. */
  private static boolean isObject(String policy) {
    String text = policy.strip();
    return text.startsWith("{") && text.endsWith("}");
  }

  private static Optional<String> outside(String field, int found, int least, int most) {
    return found < least || found > most
        ? Optional.of("%s must be from %d to %d, found %d".formatted(field, least, most, found))
        : Optional.empty();
  }
}
