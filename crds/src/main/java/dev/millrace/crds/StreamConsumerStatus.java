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
    @JsonPropertyDescription("ARN of the consumer.") @Nullable String consumerARN,
    @JsonPropertyDescription("State of the consumer: CREATING, ACTIVE or DELETING.")
        @PrinterColumn(name = "Status")
        @Nullable String consumerStatus,
    @JsonPropertyDescription("Conditions of the consumer.") @Nullable List<Condition> conditions) {}
