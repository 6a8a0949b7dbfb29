// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.policy;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.schema.BodySyntax;
import java.nio.charset.StandardCharsets;

/** Checks the form of resource policies, which are stored but not enforced yet. */
final class PolicyChecks {
  /** Returned when no policy is attached. */
  static final String NONE = "{}";

  private static final int MAX_CHARACTERS = 20 * 1024;

  private PolicyChecks() {}

  /** Returns the value, unless the policy is too long or not a JSON object. */
  static <T> Checked<T> check(String policy, T value) {
    if (policy.length() > MAX_CHARACTERS) {
      return Checked.bad(
          KinesisError.validation(
              "Policy must have at most %d characters, found %d."
                  .formatted(MAX_CHARACTERS, policy.length())));
    }
    return BodySyntax.isStructure(Codec.JSON, Blob.of(policy.getBytes(StandardCharsets.UTF_8)))
        ? Checked.good(value)
        : Checked.bad(KinesisError.validation("Policy must be a JSON object."));
  }
}
