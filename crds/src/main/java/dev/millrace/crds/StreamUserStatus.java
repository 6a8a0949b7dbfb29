// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PrinterColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The observed state of a user, written by the operator. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamUserStatus(
    @JsonPropertyDescription("Generation of spec that this status refers to.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("ARN of the user, for resource policies.")
        @PrinterColumn(name = "ARN", priority = 1)
        @Nullable String userARN,
    @JsonPropertyDescription(
            "ARN of the role that is called like the user, for service accounts and resource policies.")
        @PrinterColumn(name = "Role", priority = 1)
        @Nullable String roleARN,
    @JsonPropertyDescription("Secret with the access key, for envFrom of pods.")
        @PrinterColumn(name = "Secret")
        @Nullable String secretName,
    @JsonPropertyDescription("Access key in the Secret.") @Nullable String accessKeyId,
    @JsonPropertyDescription("Generation of the access key in the Secret.")
        @PrinterColumn(name = "Key")
        @Nullable Long keyGeneration,
    @JsonPropertyDescription("Conditions of the user: Ready.")
        @Nullable List<Condition> conditions) {}
