// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import dev.millrace.core.stream.AccountId;
import java.util.Optional;

/**
 * Who makes a request.
 *
 * @param account the principal's account
 * @param arn as refusals print it: of a user, an assumed role's session, a federated user or the
 *     account's root
 * @param identityArn the value of {@code aws:PrincipalArn}: the ARN of the role for a session, else
 *     {@code arn}
 * @param type the value of {@code aws:PrincipalType}
 * @param userId the value of {@code aws:userid}
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html">Global
 *     condition keys</a>
 */
public record PolicyPrincipal(
    AccountId account, String arn, String identityArn, PrincipalType type, String userId) {

  /** Kind of a principal, as {@code aws:PrincipalType} names it. */
  public enum PrincipalType {
    ACCOUNT("Account"),
    ASSUMED_ROLE("AssumedRole"),
    FEDERATED_USER("FederatedUser"),
    USER("User");

    private final String text;

    PrincipalType(String text) {
      this.text = text;
    }

    /** Such as {@code AssumedRole}. */
    public String text() {
      return text;
    }
  }

  /**
   * The principal with this ARN. A session of a role gets the role's ARN without a path, since its
   * own ARN has none; {@link #withRoleArn} replaces it.
   *
   * @param userId the unique id, as GetCallerIdentity returns it
   * @return empty unless the ARN is that of a user, a session, a federated user or a root
   */
  public static Optional<PolicyPrincipal> ofArn(String arn, String userId) {
    String[] parts = Arns.split(arn);
    Optional<AccountId> account = Arns.account(arn);
    if (account.isEmpty() || !parts[3].isEmpty()) {
      return Optional.empty();
    }
    String resource = parts[5];
    if (parts[2].equals("iam") && resource.equals("root")) {
      return Optional.of(
          new PolicyPrincipal(account.get(), arn, arn, PrincipalType.ACCOUNT, userId));
    }
    if (parts[2].equals("iam") && isNamed(resource, "user/")) {
      return Optional.of(new PolicyPrincipal(account.get(), arn, arn, PrincipalType.USER, userId));
    }
    if (parts[2].equals("sts") && isNamed(resource, "federated-user/")) {
      return Optional.of(
          new PolicyPrincipal(account.get(), arn, arn, PrincipalType.FEDERATED_USER, userId));
    }
    if (parts[2].equals("sts") && isNamed(resource, "assumed-role/")) {
      String[] names = resource.split("/", 3);
      if (names.length == 3 && !names[1].isEmpty()) {
        String role = "arn:" + parts[1] + ":iam::" + account.get() + ":role/" + names[1];
        return Optional.of(
            new PolicyPrincipal(account.get(), arn, role, PrincipalType.ASSUMED_ROLE, userId));
      }
    }
    return Optional.empty();
  }

  private static boolean isNamed(String resource, String prefix) {
    return resource.startsWith(prefix)
        && resource.length() > prefix.length()
        && !resource.endsWith("/");
  }

  /** The same session with the ARN of its role, for roles with a path. */
  public PolicyPrincipal withRoleArn(String roleArn) {
    return new PolicyPrincipal(account, arn, roleArn, type, userId);
  }

  /** The value of {@code aws:username}: the name of a user without its path; only users have it. */
  public Optional<String> username() {
    return type == PrincipalType.USER
        ? Optional.of(arn.substring(arn.lastIndexOf('/') + 1))
        : Optional.empty();
  }
}
