// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The observed state of a stream, written by the operator. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KinesisStreamStatus(
    @JsonPropertyDescription("Generation of spec that this status refers to.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("ARN of the stream.") @Nullable String streamARN,
    @JsonPropertyDescription(
            "State of the stream as returned by DescribeStream: CREATING, ACTIVE, UPDATING or DELETING.")
        @PrinterColumn(name = "Status")
        @Nullable String streamStatus,
    @JsonPropertyDescription(
            "Identifier of this incarnation of the stream, 16 hexadecimal digits. A stream that is deleted and created again gets another one.")
        @Nullable String streamId,
    @JsonPropertyDescription(
            "Creation time of the stream in epoch seconds, which is part of its sequence numbers. Always later than that of earlier streams with the same name, even if the clock was set back.")
        @Nullable Long creationSecond,
    @JsonPropertyDescription(
            "Number of shards that accept records, whether or not they are reachable now.")
        @PrinterColumn(name = "Open")
        @Nullable Integer openShardCount,
    @JsonPropertyDescription("Number of shards that are closed and still hold records.")
        @Nullable Integer closedShardCount,
    @JsonPropertyDescription("URL of the Kinesis API for clients in the cluster.")
        @PrinterColumn(name = "Endpoint", priority = 1)
        @Nullable String endpoint,
    @JsonPropertyDescription("Label selector of the stream's pods.") @Nullable String selector,
    @JsonPropertyDescription("Conditions: Ready, Progressing and Degraded.")
        @Nullable List<Condition> conditions) {}
