package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a stream is, as the operator last saw it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KinesisStreamStatus(
    @JsonPropertyDescription("The generation of spec that all of this status speaks of.")
        @Nullable Long observedGeneration,
    @Nullable String streamARN,
    @JsonPropertyDescription("As DescribeStream shows it: CREATING, ACTIVE, UPDATING or DELETING.")
        @PrinterColumn(name = "Status")
        @Nullable String streamStatus,
    @JsonPropertyDescription("This incarnation of the stream: 16 hexadecimal digits.")
        @Nullable String streamId,
    @PrinterColumn(name = "Open") @Nullable Integer openShardCount,
    @Nullable Integer closedShardCount,
    @JsonPropertyDescription("Where clients in the cluster reach the Kinesis API.")
        @PrinterColumn(name = "Endpoint", priority = 1)
        @Nullable String endpoint,
    @JsonPropertyDescription("Selects the stream's pods.") @Nullable String selector,
    @Nullable List<Condition> conditions) {}
