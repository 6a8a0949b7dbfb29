// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
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
            "Identifier of this incarnation of the stream, 16 hexadecimal digits. A stream that is deleted and created again gets another one, unless it takes up retained records.")
        @Nullable String streamId,
    @JsonPropertyDescription(
            "metadata.uid of the object that this status was written for. A status with another one is ignored: it was meant for a deleted object of the same name.")
        @Nullable String objectUid,
    @JsonPropertyDescription(
            "Creation time of the stream in epoch seconds, which is part of its sequence numbers. Always later than that of earlier streams with the same name, even if the clock was set back.")
        @Nullable Long creationSecond,
    @JsonPropertyDescription(
            "Number of shards that accept records, whether or not they are reachable now.")
        @PrinterColumn(name = "Open")
        @StatusReplicas
        @Nullable Integer openShardCount,
    @JsonPropertyDescription("Number of shards that are closed and still hold records.")
        @Nullable Integer closedShardCount,
    @JsonPropertyDescription(
            "URL of the Kinesis API at the gateways, for clients in the cluster: all streams of the namespace, all calls.")
        @PrinterColumn(name = "Endpoint", priority = 1)
        @Nullable String endpoint,
    @JsonPropertyDescription(
            "URL of the Kinesis API at the stream's own pods: its records and descriptions, without a hop through a gateway. Absent if another object has the name of the Service.")
        @PrinterColumn(name = "Direct", priority = 1)
        @Nullable String directEndpoint,
    @JsonPropertyDescription("Label selector of the stream's pods.") @LabelSelector
        @Nullable String selector,
    @JsonPropertyDescription("The published set of shards.") @Nullable PublishedShape shape,
    @JsonPropertyDescription("The reshard in progress, or the last one if it was given up.")
        @Nullable Resharding resharding,
    @JsonPropertyDescription("The reshardRequest that was handled last.")
        @Nullable HandledRequest reshardRequest,
    @JsonPropertyDescription("Conditions: Ready, Progressing, Degraded and Resharding.")
        @Nullable List<Condition> conditions) {

  /** The set of shards that fronts list. */
  public record PublishedShape(
      @JsonPropertyDescription(
              "Starts at 1 and rises with each reshard. Fronts list the shards that were born in this generation or before.")
          Long generation,
      @JsonPropertyDescription(
              "Digest of all listed shards. A front that has not seen all of them keeps listing the set before.")
          String digest,
      @JsonPropertyDescription(
              "Index of the next new shard. Indexes are never used twice, even if a reshard is given up.")
          Integer nextShardIndex) {}

  /** A reshard. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Resharding(
      @JsonPropertyDescription(
              "Preparing: the pods of the children are created, and the reshard can be given up. Sealing: parents stop accepting records, and the reshard can only be completed. GivenUp: the children could not be prepared, and the stream serves as before.")
          ReshardPhase phase,
      @JsonPropertyDescription("Generation of the set of shards that it leads to.") Long generation,
      @JsonPropertyDescription("Number of open shards afterwards.") Integer shardCount,
      @JsonPropertyDescription("id of the reshardRequest, if it is one.")
          @Nullable String requestId,
      @JsonPropertyDescription("Index of the first new shard.") Integer firstShardIndex,
      @JsonPropertyDescription("When the phase began, in RFC 3339.") String since) {}

  /** The phases of a reshard. */
  public enum ReshardPhase {
    /** The children's pods are created. */
    @JsonProperty("Preparing")
    PREPARING,
    /** The parents are being sealed and the children opened. */
    @JsonProperty("Sealing")
    SEALING,
    /** The children could not be prepared. */
    @JsonProperty("GivenUp")
    GIVEN_UP
  }

  /** A reshardRequest that was carried out or rejected. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HandledRequest(
      @JsonPropertyDescription("id of the reshardRequest.") String id,
      @JsonPropertyDescription("Why it was rejected; absent if it was carried out.")
          @Nullable String problem,
      @JsonPropertyDescription("shardCount of the spec when it was rejected.")
          @Nullable Integer shardCount) {}
}
