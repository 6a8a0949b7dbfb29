// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.audit;

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
   * A user named like the access key, since nothing else is known about who signed.
   *
   * @param accessKeyId the key of a signature that was verified
   */
  record SignedUser(String accessKeyId) implements AuditCaller {}

  /** Anybody: signatures are not required. Recorded as CloudTrail does for unsigned calls of S3. */
  record AnyCaller() implements AuditCaller {}

  /**
   * Nobody knows: the signature is missing or wrong.
   *
   * @param claimedKey the access key that the request names, which proves nothing
   */
  record UnverifiedCaller(Optional<String> claimedKey) implements AuditCaller {}

  /** The caller of a request that was admitted, by the key of its signature if one is required. */
  static AuditCaller of(Optional<String> accessKeyId) {
    return accessKeyId.<AuditCaller>map(SignedUser::new).orElseGet(AnyCaller::new);
  }
}
