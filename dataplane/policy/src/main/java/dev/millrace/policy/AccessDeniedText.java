// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.Optional;

/**
 * The messages of AccessDeniedException, in the service's words.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html">Access
 *     denied error messages</a>
 */
public final class AccessDeniedText {
  private AccessDeniedText() {}

  /**
   * The message for a refused request.
   *
   * @return empty if the decision allows the request
   */
  public static Optional<String> of(AccessRequest request, Decision decision) {
    String action = request.action().text();
    String subject =
        "User: "
            + request.principal().arn()
            + " is not authorized to perform: "
            + action
            + " on resource: "
            + request.resource().arn();
    return switch (decision) {
      case Decision.Allowed() -> Optional.empty();
      case Decision.ExplicitDeny(PolicyKind in) ->
          Optional.of(
              subject
                  + " with an explicit deny in "
                  + (in == PolicyKind.IDENTITY ? "an " : "a ")
                  + in.text()
                  + " policy");
      case Decision.ImplicitDeny(PolicyKind lacking) ->
          Optional.of(
              subject
                  + " because no "
                  + lacking.text()
                  + " policy allows the "
                  + action
                  + " action");
    };
  }
}
