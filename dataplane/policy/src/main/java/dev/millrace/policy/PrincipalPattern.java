// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.Set;

/**
 * The principals that a statement names.
 *
 * @param everyone whether {@code *} is among them
 * @param accounts ids of accounts named as such or by their root's ARN
 * @param arns of users, roles, sessions and federated users
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html">Principal</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html">NotPrincipal</a>
 */
record PrincipalPattern(boolean everyone, Set<String> accounts, Set<String> arns) {
  PrincipalPattern {
    accounts = Set.copyOf(accounts);
    arns = Set.copyOf(arns);
  }

  /** Whether the principal itself is named, by its own ARN, that of its role, or by {@code *}. */
  boolean names(PolicyPrincipal principal) {
    return everyone || arns.contains(principal.arn()) || arns.contains(principal.identityArn());
  }

  /** Whether the principal's account is named. */
  boolean namesAccountOf(PolicyPrincipal principal) {
    return accounts.contains(principal.account().text());
  }

  /**
   * Whether NotPrincipal spares the principal from a Deny. As AWS documents it, the account must be
   * named too, and for a session also its role.
   */
  boolean namesWithAccount(PolicyPrincipal principal) {
    if (everyone) {
      return true;
    }
    return switch (principal.type()) {
      case ACCOUNT -> namesAccountOf(principal);
      case USER, FEDERATED_USER -> namesAccountOf(principal) && arns.contains(principal.arn());
      case ASSUMED_ROLE ->
          namesAccountOf(principal)
              && arns.contains(principal.arn())
              && arns.contains(principal.identityArn());
    };
  }
}
