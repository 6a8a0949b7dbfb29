// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import dev.millrace.policy.Statement.Verdict;

/**
 * Decides whether a request is allowed.
 *
 * <ol>
 *   <li>A statement that denies wins, whichever policy it is in.
 *   <li>The root of an account needs no identity-based policy, and none restricts it.
 *   <li>Within an account, an identity-based or the resource-based policy has to allow the request.
 *       A resource-based policy does so for a principal that it names and for everyone if it names
 *       {@code *}. If it names the account, it leaves the decision to identity-based policies.
 *   <li>Across accounts, both have to allow it. It is enough then that the resource-based policy
 *       names the account.
 *   <li>Everything else is denied.
 * </ol>
 *
 * <p>There are no permissions boundaries, session policies or organizations.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html">Requests
 *     within a single account</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html">Cross-account
 *     policy evaluation logic</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html">Principal</a>
 */
public final class PolicyEvaluator {
  private static final Decision DENIED_BY_IDENTITY = new Decision.ExplicitDeny(PolicyKind.IDENTITY);
  private static final Decision DENIED_BY_RESOURCE = new Decision.ExplicitDeny(PolicyKind.RESOURCE);
  private static final Decision IDENTITY_LACKS = new Decision.ImplicitDeny(PolicyKind.IDENTITY);
  private static final Decision RESOURCE_LACKS = new Decision.ImplicitDeny(PolicyKind.RESOURCE);

  private PolicyEvaluator() {}

  /** Decides; a pure function that does not throw. */
  public static Decision evaluate(AccessRequest request) {
    Verdict identity = identityVerdict(request);
    if (identity == Verdict.DENIES) {
      return DENIED_BY_IDENTITY;
    }
    Verdict resource =
        request.resourcePolicy().isPresent()
            ? request.resourcePolicy().get().evaluate(request)
            : Verdict.NOTHING;
    if (resource == Verdict.DENIES) {
      return DENIED_BY_RESOURCE;
    }
    boolean identityAllows = identity == Verdict.ALLOWS;
    if (request.isWithinAccount()) {
      return identityAllows || resource == Verdict.ALLOWS ? Decision.ALLOWED : IDENTITY_LACKS;
    }
    if (!identityAllows) {
      return IDENTITY_LACKS;
    }
    return resource == Verdict.NOTHING ? RESOURCE_LACKS : Decision.ALLOWED;
  }

  private static Verdict identityVerdict(AccessRequest request) {
    if (request.principal().type() == PolicyPrincipal.PrincipalType.ACCOUNT) {
      return Verdict.ALLOWS;
    }
    Verdict strongest = Verdict.NOTHING;
    for (PolicyDocument policy : request.identityPolicies()) {
      Verdict verdict = policy.evaluate(request);
      if (verdict == Verdict.DENIES) {
        return verdict;
      }
      if (verdict.compareTo(strongest) > 0) {
        strongest = verdict;
      }
    }
    return strongest;
  }
}
