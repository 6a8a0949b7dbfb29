// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.access;

import dev.millrace.core.identity.UserDirectory.ListedUser;
import dev.millrace.policy.ParsedPolicy;
import dev.millrace.policy.PolicyDocument;
import dev.millrace.policy.PolicyKind;
import dev.millrace.policy.PolicyParser;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A user, ready for decisions.
 *
 * @param id unique over all users that there ever were
 * @param policies those of the user; none allow nothing
 * @param serviceAccounts whose tokens are good for a session
 */
record KnownUser(
    String name, String id, List<PolicyDocument> policies, Set<String> serviceAccounts) {
  private static final String EVERYTHING =
      """
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
      """;

  KnownUser {
    policies = List.copyOf(policies);
    serviceAccounts = Set.copyOf(serviceAccounts);
  }

  /** Who has a key of the settings: it is called like the key and may do everything. */
  static KnownUser ofKey(String accessKeyId) {
    return new KnownUser(accessKeyId, accessKeyId, List.of(compile(EVERYTHING)), Set.of());
  }

  /**
   * A listed user.
   *
   * @throws IllegalArgumentException if its policy is none
   */
  static KnownUser of(ListedUser listed) {
    return new KnownUser(
        listed.name(),
        listed.id(),
        Optional.ofNullable(listed.policy()).map(KnownUser::compile).stream().toList(),
        Set.copyOf(listed.serviceAccounts()));
  }

  private static PolicyDocument compile(String policy) {
    return switch (PolicyParser.parse(PolicyKind.IDENTITY, policy)) {
      case ParsedPolicy.WellFormed(PolicyDocument document) -> document;
      case ParsedPolicy.NotAPolicy(String message) -> throw new IllegalArgumentException(message);
    };
  }
}
