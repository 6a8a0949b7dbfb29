// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

/**
 * The outcome of an evaluation.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html">The
 *     difference between explicit and implicit denies</a>
 */
public sealed interface Decision {
  /** The request may proceed. */
  Decision ALLOWED = new Allowed();

  /** The request may proceed. */
  record Allowed() implements Decision {}

  /**
   * A statement denies the request, whatever others allow.
   *
   * @param in the kind of policy with the statement; identity-based if both kinds have one
   */
  record ExplicitDeny(PolicyKind in) implements Decision {}

  /**
   * Nothing denies the request, but not enough allows it.
   *
   * @param lacking the kind of policy that would have to allow it; identity-based if both would
   */
  record ImplicitDeny(PolicyKind lacking) implements Decision {}
}
