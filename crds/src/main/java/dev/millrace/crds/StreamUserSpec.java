// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user may do, and which keys it has.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html">Policies</a>
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StreamUserSpec(
    @JsonPropertyDescription(
            "What the user may do: an identity-based IAM policy, a JSON document. Without it the user may do what resource policies allow it.")
        @Size(min = 2, max = 6144)
        @Nullable String policy,
    @JsonPropertyDescription(
            "Names of service accounts of the same namespace. With their tokens pods get temporary credentials of the user, by AssumeRoleWithWebIdentity. At most 20.")
        @Size(max = 20)
        @Nullable List<String> serviceAccounts,
    @JsonPropertyDescription(
            "Raise it to replace the access key. The former one is accepted for keyOverlapSeconds more.")
        @Min(1)
        @Max(1_000_000_000)
        @Default("1")
        @Nullable Integer keyGeneration,
    @JsonPropertyDescription(
            "For how long a replaced access key is accepted, counted from when the Secret has the new one.")
        @Min(0)
        @Max(2_592_000)
        @Default("86400")
        @Nullable Integer keyOverlapSeconds) {}
