// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

/**
 * Who signs requests with an access key: a user, or a session of one.
 *
 * @param accessKeyId the key
 * @param account 12 digits
 * @param arn as GetCallerIdentity returns it: {@code arn:aws:iam::ACCOUNT:user/NAME} or {@code
 *     arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION}
 * @param userId unique over all users that there ever were, as GetCallerIdentity returns it
 * @param userName whose policies decide
 */
public record Signer(
    String accessKeyId, String account, String arn, String userId, String userName) {
  /**
   * How the access keys of temporary credentials begin.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html">Unique
   *     identifiers</a>
   */
  public static final String TEMPORARY = "ASIA";

  /** A user. */
  public static Signer user(String accessKeyId, String account, String userId, String userName) {
    return new Signer(
        accessKeyId, account, "arn:aws:iam::" + account + ":user/" + userName, userId, userName);
  }

  /**
   * A user of whom nothing is known but an access key, after which it is called then.
   *
   * @param account 12 digits
   */
  public static Signer ofKey(String accessKeyId, String account) {
    return user(accessKeyId, account, accessKeyId, accessKeyId);
  }

  /**
   * A session of a role that is called like the user whose policies it has.
   *
   * @param sessionName as the caller of AssumeRoleWithWebIdentity chose it
   */
  public static Signer session(
      String accessKeyId, String account, String userId, String userName, String sessionName) {
    return new Signer(
        accessKeyId,
        account,
        "arn:aws:sts::" + account + ":assumed-role/" + userName + "/" + sessionName,
        userId + ":" + sessionName,
        userName);
  }

  /** Whether the access key is one of temporary credentials. */
  public boolean isTemporary() {
    return accessKeyId.startsWith(TEMPORARY);
  }

  /** Whether this is a session of a role. */
  public boolean isRoleSession() {
    return arn.startsWith("arn:aws:sts:");
  }
}
