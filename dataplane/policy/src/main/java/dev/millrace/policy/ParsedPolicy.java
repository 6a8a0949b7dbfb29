// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

/** The outcome of parsing a policy. */
public sealed interface ParsedPolicy {
  /** A document that can be evaluated. */
  record WellFormed(PolicyDocument document) implements ParsedPolicy {}

  /**
   * A text that is not a policy.
   *
   * @param message what is wrong and where, as a sentence that may quote the text; at most {@link
   *     PolicyLimits#MAX_MESSAGE_CHARACTERS}
   */
  record NotAPolicy(String message) implements ParsedPolicy {}
}
