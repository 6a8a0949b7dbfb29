// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * A condition in the usual form of the Kubernetes API. Lists of conditions are maps by {@code
 * type}.
 *
 * @see <a
 *     href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties">API
 *     conventions</a>
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
    @JsonPropertyDescription("Type of the condition.") @Required String type,
    @JsonPropertyDescription("True, False or Unknown.") @Required String status,
    @JsonPropertyDescription("Generation of spec that the condition refers to.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("When the status last changed, in RFC 3339.") @Required
        String lastTransitionTime,
    @JsonPropertyDescription("Reason in one CamelCase word, for programs.") @Required String reason,
    @JsonPropertyDescription("Explanation for people.") @Required String message) {}
