// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The observed state of a consumer, written by the operator. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamConsumerStatus(
    @JsonPropertyDescription("Generation of spec that this status refers to.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("ARN of the consumer.") @PrinterColumn(name = "ARN", priority = 1)
        @Nullable String consumerARN,
    @JsonPropertyDescription("State of the consumer: CREATING, ACTIVE or DELETING.")
        @PrinterColumn(name = "Status")
        @Nullable String consumerStatus,
    @JsonPropertyDescription("Number of shards that the consumer is subscribed to.")
        @PrinterColumn(name = "Subscriptions")
        @Nullable Integer activeSubscriptions,
    @JsonPropertyDescription(
            "Greatest lag over the shards that the consumer has read, in milliseconds: how long ago the record arrived that it is sent next. It grows where a subscription has ended. 0 if it has been sent everything.")
        @PrinterColumn(name = "Lag-Millis")
        @Nullable Long greatestLagMillis,
    @JsonPropertyDescription("The shards with the greatest lag, at most ten.")
        @Nullable List<ShardLag> worstShards,
    @JsonPropertyDescription(
            "When subscriptions and lag were written, in RFC 3339. They are written once a minute at most.")
        @Nullable String progressTime,
    @JsonPropertyDescription("Conditions of the consumer: Ready.")
        @Nullable List<Condition> conditions) {

  /** How far behind a consumer is in a shard. */
  public record ShardLag(
      @JsonPropertyDescription("Identifier of the shard.") String shardId,
      @JsonPropertyDescription("Lag in milliseconds.") long lagMillis) {}
}
