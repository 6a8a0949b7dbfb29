// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The definition of a shard. It never changes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "self == oldSelf", message = "a Shard cannot be changed")
public record ShardSpec(
    @JsonPropertyDescription("Name of the stream in the Kinesis API.")
        @Required
        @PrinterColumn(name = "Stream")
        String streamName,
    @JsonPropertyDescription(
            "Identifier of the stream's incarnation that the shard belongs to, 16 hexadecimal digits.")
        @Required
        String streamId,
    @JsonPropertyDescription("Identifier of the shard: shardId- and 12 digits.") @Required
        String shardId,
    @JsonPropertyDescription("First hash key of the shard's range, decimal, inclusive.")
        @Required
        @PrinterColumn(name = "Starting-Hash-Key", priority = 1)
        String startingHashKey,
    @JsonPropertyDescription("Last hash key of the shard's range, decimal, inclusive.")
        @Required
        @PrinterColumn(name = "Ending-Hash-Key", priority = 1)
        String endingHashKey,
    @JsonPropertyDescription(
            "Shards that this one was created from: none, one after a split, two after a merge.")
        @PrinterColumn(name = "Parents")
        @Size(max = 2)
        @Nullable List<String> parentShardIds,
    @JsonPropertyDescription(
            "Creation time of an initial shard in epoch seconds, which is part of its sequence numbers. That of a child is fixed when its parents are sealed, and is in its status.")
        @Nullable Long creationSecond,
    @JsonPropertyDescription(
            "Generation of the set of shards in which the shard was born; 1 for an initial shard.")
        @Nullable Long bornIn,
    @JsonPropertyDescription(
            "StatefulSet whose pods host the shard. Absent for a virtual shard, a step of the lineage that is closed when it is born and never has records.")
        @PrinterColumn(name = "Shard-Set", priority = 1)
        @Nullable String shardSet,
    @JsonPropertyDescription(
            "Which of the Raft groups of the shard set hosts the shard, from 0. Absent if the set has one group.")
        @PrinterColumn(name = "Group", priority = 1)
        @Min(0)
        @Max(4)
        @Nullable Integer group,
    @JsonPropertyDescription(
            "Number of Raft groups of the shard set, each with a leader of its own. Absent for one.")
        @Min(2)
        @Max(5)
        @Nullable Integer groups) {}
