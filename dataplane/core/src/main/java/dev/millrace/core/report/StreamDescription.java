// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.core.stream.StreamStatus;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a front knows of a stream, except its shards.
 *
 * @param streamName its name in the Kinesis API
 * @param creationSecond epoch seconds
 * @param streamStatus as DescribeStream returns it
 * @param settings what its owner may change
 * @param consumers those that are registered, by name
 * @param addresses {@code host:port} of the pods of a shard set, the leader first; {@code {set}}
 *     stands for its name, and the port is that of the first group ({@link GroupPorts})
 */
public record StreamDescription(
    String streamName,
    long creationSecond,
    String streamStatus,
    DescribedSettings settings,
    List<DescribedConsumer> consumers,
    List<String> addresses) {
  /** What stands for the name of a shard set in an address. */
  public static final String SET = "{set}";

  public StreamDescription {
    DocumentField.required("streamName", streamName);
    DocumentField.required("streamStatus", streamStatus);
    DocumentField.required("settings", settings);
    consumers = DocumentField.list("consumers", consumers);
    addresses = DocumentField.list("addresses", addresses);
  }

  /**
   * The settings of a stream, as {@link StreamSettings}.
   *
   * @param streamMode PROVISIONED or ON_DEMAND
   * @param retentionPeriodHours 24 .. 8760
   * @param maxRecordSizeInKiB 1024 .. 10240
   * @param tags keys and values
   * @param shardLevelMetrics names
   * @param keyId the encryption key; null if records are not encrypted
   * @param recordDistribution USER_PARTITION_KEY or AUTO
   * @param warmThroughputMiBps null if none was set
   * @param resourcePolicy null if there is none
   */
  public record DescribedSettings(
      String streamMode,
      int retentionPeriodHours,
      int maxRecordSizeInKiB,
      SortedMap<String, String> tags,
      List<String> shardLevelMetrics,
      @Nullable String keyId,
      String recordDistribution,
      @Nullable Integer warmThroughputMiBps,
      @Nullable String resourcePolicy) {
    public DescribedSettings {
      DocumentField.required("streamMode", streamMode);
      DocumentField.required("recordDistribution", recordDistribution);
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(DocumentField.required("tags", tags)));
      shardLevelMetrics = DocumentField.list("shardLevelMetrics", shardLevelMetrics);
    }

    /** The document of settings. */
    public static DescribedSettings of(StreamSettings settings) {
      return new DescribedSettings(
          settings.mode().name(),
          settings.retentionHours(),
          settings.maxRecordSizeKiB(),
          settings.tags(),
          List.copyOf(settings.shardLevelMetrics()),
          settings.keyId().orElse(null),
          settings.distribution().name(),
          settings.warmThroughputMiBps().orElse(null),
          settings.policy().orElse(null));
    }

    StreamSettings toSettings() {
      return new StreamSettings(
          DocumentField.constant("streamMode", StreamMode.class, streamMode),
          retentionPeriodHours,
          maxRecordSizeInKiB,
          tags,
          new TreeSet<>(shardLevelMetrics),
          Optional.ofNullable(keyId),
          DocumentField.constant(
              "recordDistribution", RecordDistribution.class, recordDistribution),
          Optional.ofNullable(warmThroughputMiBps),
          Optional.ofNullable(resourcePolicy));
    }
  }

  /**
   * A consumer, as {@link ConsumerDefinition}.
   *
   * @param consumerName unique in its stream
   * @param creationSecond epoch seconds; part of its ARN
   * @param consumerStatus as DescribeStreamConsumer returns it
   * @param tags keys and values
   * @param resourcePolicy null if there is none
   */
  public record DescribedConsumer(
      String consumerName,
      long creationSecond,
      String consumerStatus,
      SortedMap<String, String> tags,
      @Nullable String resourcePolicy) {
    public DescribedConsumer {
      DocumentField.required("consumerName", consumerName);
      DocumentField.required("consumerStatus", consumerStatus);
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(DocumentField.required("tags", tags)));
    }

    /** The document of a consumer. */
    public static DescribedConsumer of(ConsumerDefinition consumer) {
      return new DescribedConsumer(
          consumer.name(),
          consumer.creationSecond(),
          consumer.status().name(),
          consumer.tags(),
          consumer.policy().orElse(null));
    }

    ConsumerDefinition toDefinition() {
      return new ConsumerDefinition(
          consumerName,
          creationSecond,
          DocumentField.constant("consumerStatus", ConsumerStatus.class, consumerStatus),
          tags,
          Optional.ofNullable(resourcePolicy));
    }
  }

  /** The stream with its shards. */
  StreamDefinition toDefinition(StreamId id, StreamShape shape) {
    SortedMap<String, ConsumerDefinition> byName = new TreeMap<>();
    consumers.forEach(consumer -> byName.put(consumer.consumerName(), consumer.toDefinition()));
    return new StreamDefinition(
        new StreamName(streamName),
        id,
        creationSecond,
        DocumentField.constant("streamStatus", StreamStatus.class, streamStatus),
        settings.toSettings(),
        byName,
        shape,
        Optional.empty());
  }
}
