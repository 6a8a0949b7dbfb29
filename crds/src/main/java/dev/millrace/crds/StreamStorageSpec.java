// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.millrace.crds.KinesisStreamStatus.HandledRequest;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the operator must know of a stream's records: whose they are, and how far changes of the set
 * of shards have come.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "self.streamName == oldSelf.streamName && self.streamId == oldSelf.streamId",
    message = "streamName and streamId cannot be changed")
@ValidationRule(
    value =
        "(has(self.replicas) ? self.replicas : 1) == (has(oldSelf.replicas) ? oldSelf.replicas : 1)",
    message = "replicas cannot be changed")
@ValidationRule(
    value =
        "(has(self.initialGroups) ? self.initialGroups : 1) == (has(oldSelf.initialGroups) ? oldSelf.initialGroups : 1)",
    message = "initialGroups cannot be changed")
public record StreamStorageSpec(
    @JsonPropertyDescription("Name of the stream in the Kinesis API.")
        @Required
        @PrinterColumn(name = "Stream")
        String streamName,
    @JsonPropertyDescription(
            "Identifier of the incarnation of the stream whose records these are, 16 hexadecimal digits.")
        @Required
        @PrinterColumn(name = "Stream-Id")
        String streamId,
    @JsonPropertyDescription(
            "Creation time of the stream in epoch seconds, once it is recorded for the stream's name.")
        @Nullable Long creationSecond,
    @JsonPropertyDescription("Number of copies of each record. 1 if it is not set.")
        @PrinterColumn(name = "Replicas")
        @Nullable Integer replicas,
    @JsonPropertyDescription(
            "Most Raft groups of each shard set that the stream began with. 1 if it is not set.")
        @Nullable Integer initialGroups,
    @JsonPropertyDescription("The published set of shards.") @Nullable PublishedShape shape,
    @JsonPropertyDescription("The reshard in progress, or the last one if it was given up.")
        @Nullable Resharding resharding,
    @JsonPropertyDescription("The reshardRequest that was handled last.")
        @Nullable HandledRequest reshardRequest) {

  /** The number of copies. */
  public int copies() {
    return Optional.ofNullable(replicas).orElse(1);
  }

  /** Most Raft groups of each of the first shard sets. */
  public int groupsAtFirst() {
    return Optional.ofNullable(initialGroups).orElse(1);
  }
}
