// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.List;

/**
 * A policy, compiled once and evaluated often. Immutable. {@link PolicyParser} makes them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html">Grammar
 *     of the IAM JSON policy language</a>
 */
public final class PolicyDocument {
  private final PolicyKind kind;
  private final List<Statement> statements;

  PolicyDocument(PolicyKind kind, List<Statement> statements) {
    this.kind = kind;
    this.statements = List.copyOf(statements);
  }

  /** What the policy is attached to. */
  public PolicyKind kind() {
    return kind;
  }

  /** Whether the verdict depends on the context of a request: there are conditions or variables. */
  public boolean asksContext() {
    return statements.stream().anyMatch(Statement::asksContext);
  }

  /** The strongest verdict of the statements. */
  Statement.Verdict evaluate(AccessRequest request) {
    Statement.Verdict strongest = Statement.Verdict.NOTHING;
    for (Statement statement : statements) {
      Statement.Verdict verdict = statement.evaluate(request);
      if (verdict == Statement.Verdict.DENIES) {
        return verdict;
      }
      if (verdict.compareTo(strongest) > 0) {
        strongest = verdict;
      }
    }
    return strongest;
  }

  @Override
  public String toString() {
    return kind.text() + " policy of " + statements.size() + " statements";
  }
}
