// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.audit;

import dev.millrace.protocol.auth.Signer;
import java.util.Optional;

/**
 * Who called: the {@code userIdentity}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html">CloudTrail
 *     userIdentity element</a>
 */
public sealed interface AuditCaller {
  /**
   * Who signed, in a signature that was verified.
   *
   * @param signer a user or a session
   */
  record SignedUser(Signer signer) implements AuditCaller {}

  /**
   * Who asked for credentials with a token that another authority signed.
   *
   * @param subject of the token
   */
  record WebIdentityUser(String subject) implements AuditCaller {}

  /** Anybody: signatures are not required. Recorded as CloudTrail does for unsigned calls of S3. */
  record AnyCaller() implements AuditCaller {}

  /**
   * Nobody knows: the signature is missing or wrong.
   *
   * @param claimedKey the access key that the request names, which proves nothing
   */
  record UnverifiedCaller(Optional<String> claimedKey) implements AuditCaller {}

  /** The caller of a request that was admitted, by its signature if one is required. */
  static AuditCaller of(Optional<Signer> signer) {
    return signer.<AuditCaller>map(SignedUser::new).orElseGet(AnyCaller::new);
  }
}
