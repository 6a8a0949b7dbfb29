// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled statement.
 *
 * @param allow Effect
 * @param principals null in identity-based policies
 * @param notPrincipals whether {@code principals} is NotPrincipal
 * @param notActions whether {@code actions} is NotAction
 * @param notResources whether {@code resources} is NotResource
 */
record Statement(
    boolean allow,
    @Nullable PrincipalPattern principals,
    boolean notPrincipals,
    List<Wildcard> actions,
    boolean notActions,
    List<PolicyText> resources,
    boolean notResources,
    List<StatementCondition> conditions) {

  /** What a statement says about a request, weakest first. */
  enum Verdict {
    NOTHING,
    /** Allows it to the principal's account, which decides for its principals. */
    ALLOWS_ACCOUNT,
    /** Allows it to the principal. */
    ALLOWS,
    DENIES
  }

  Verdict evaluate(AccessRequest request) {
    if (!matchesAction(request.action().text()) || !matchesResource(request)) {
      return Verdict.NOTHING;
    }
    Verdict verdict = allow ? allows(request.principal()) : denies(request.principal());
    if (verdict == Verdict.NOTHING) {
      return verdict;
    }
    for (StatementCondition condition : conditions) {
      if (!condition.holds(request)) {
        return Verdict.NOTHING;
      }
    }
    return verdict;
  }

  boolean asksContext() {
    return !conditions.isEmpty()
        || resources.stream().anyMatch(PolicyText.Templated.class::isInstance);
  }

  private boolean matchesAction(String action) {
    for (Wildcard pattern : actions) {
      if (pattern.matches(action)) {
        return !notActions;
      }
    }
    return notActions;
  }

  private boolean matchesResource(AccessRequest request) {
    String arn = request.resource().arn();
    for (PolicyText pattern : resources) {
      if (pattern.matches(arn, request)) {
        return !notResources;
      }
      // What an Allow excepts is not known without the variable's value, so it allows nothing.
      if (notResources && allow && !pattern.isResolvable(request)) {
        return false;
      }
    }
    return notResources;
  }

  private Verdict allows(PolicyPrincipal principal) {
    if (principals == null) {
      return Verdict.ALLOWS;
    }
    boolean names = principals.names(principal);
    boolean namesAccount = principals.namesAccountOf(principal);
    if (notPrincipals) {
      return names || namesAccount ? Verdict.NOTHING : Verdict.ALLOWS;
    }
    return names ? Verdict.ALLOWS : namesAccount ? Verdict.ALLOWS_ACCOUNT : Verdict.NOTHING;
  }

  private Verdict denies(PolicyPrincipal principal) {
    if (principals == null) {
      return Verdict.DENIES;
    }
    boolean applies =
        notPrincipals
            ? !principals.namesWithAccount(principal)
            : principals.names(principal) || principals.namesAccountOf(principal);
    return applies ? Verdict.DENIES : Verdict.NOTHING;
  }
}
