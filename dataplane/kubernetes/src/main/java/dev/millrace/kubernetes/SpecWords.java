// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.crds.KinesisStreamSpec.RecordDistributionStrategy;
import dev.millrace.crds.KinesisStreamSpec.ShardLevelMetric;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The words of a spec in those of the Kinesis API. */
final class SpecWords {
  private SpecWords() {}

  static Set<String> texts(@Nullable List<ShardLevelMetric> metrics) {
    if (metrics != null && metrics.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(
          "spec.desiredShardLevelMetrics must have names of metrics only, found null");
    }
    return metrics == null
        ? Set.of()
        : metrics.stream().map(SpecWords::text).collect(Collectors.toUnmodifiableSet());
  }

  static String text(ShardLevelMetric metric) {
    return switch (metric) {
      case INCOMING_BYTES -> "IncomingBytes";
      case INCOMING_RECORDS -> "IncomingRecords";
      case OUTGOING_BYTES -> "OutgoingBytes";
      case OUTGOING_RECORDS -> "OutgoingRecords";
      case WRITE_PROVISIONED_THROUGHPUT_EXCEEDED -> "WriteProvisionedThroughputExceeded";
      case READ_PROVISIONED_THROUGHPUT_EXCEEDED -> "ReadProvisionedThroughputExceeded";
      case ITERATOR_AGE_MILLISECONDS -> "IteratorAgeMilliseconds";
    };
  }

  static RecordDistribution distribution(RecordDistributionStrategy given) {
    return switch (given) {
      case USER_PARTITION_KEY -> RecordDistribution.USER_PARTITION_KEY;
      case AUTO -> RecordDistribution.AUTO;
    };
  }

  /** The metrics of the names. */
  static List<ShardLevelMetric> metrics(Collection<String> names) {
    return Stream.of(ShardLevelMetric.values())
        .filter(metric -> names.contains(text(metric)))
        .toList();
  }

  static RecordDistributionStrategy strategy(RecordDistribution distribution) {
    return switch (distribution) {
      case USER_PARTITION_KEY -> RecordDistributionStrategy.USER_PARTITION_KEY;
      case AUTO -> RecordDistributionStrategy.AUTO;
    };
  }
}
