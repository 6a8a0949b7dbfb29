// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.policy;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.policy.ParsedPolicy;
import dev.millrace.policy.PolicyKind;
import dev.millrace.policy.PolicyParser;

/** Checks that a text is a resource policy. */
final class PolicyChecks {
  /** Returned when no policy is attached. */
  static final String NONE = "{}";

  private PolicyChecks() {}

  /** Returns the value, unless the text is no policy. */
  static <T> Checked<T> check(String policy, T value) {
    return switch (PolicyParser.parse(PolicyKind.RESOURCE, policy)) {
      case ParsedPolicy.WellFormed _ -> Checked.good(value);
      case ParsedPolicy.NotAPolicy(String message) -> Checked.bad(KinesisError.validation(message));
    };
  }
}
