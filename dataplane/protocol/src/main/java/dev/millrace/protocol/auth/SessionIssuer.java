// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import java.time.Duration;
import java.time.Instant;

/** Makes temporary credentials. Any thread may ask; no call blocks. */
public interface SessionIssuer {
  /** Credentials of a user for some time, with the same permissions. */
  TemporaryCredential session(Signer user, Duration lifetime, Instant now);

  /**
   * Credentials for who has a token of another authority, such as that of a service account.
   *
   * @param roleArn the role to assume
   * @param sessionName how the caller calls itself
   * @param token a JSON Web Token
   */
  WebIdentity assume(
      String roleArn, String sessionName, String token, Duration lifetime, Instant now);

  /** The outcome of assuming a role with a token. */
  sealed interface WebIdentity {
    /**
     * The role is assumed.
     *
     * @param subject the token's {@code sub} claim
     * @param audience the value of its {@code aud} claim that was accepted
     * @param provider its {@code iss} claim
     */
    record Assumed(TemporaryCredential credential, String subject, String audience, String provider)
        implements WebIdentity {}

    /**
     * It is not.
     *
     * @param status 400 or 403
     * @param code STS' name of the error
     */
    record NotAssumed(int status, String code, String message) implements WebIdentity {}
  }
}
