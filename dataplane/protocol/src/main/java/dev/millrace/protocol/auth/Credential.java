// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import java.time.Instant;
import java.util.Optional;

/**
 * The secret of an access key.
 *
 * @param signer whose it is
 * @param secretKey the key that signatures are made with
 * @param sessionToken the token that must come with each request, for temporary credentials
 * @param expiresAt when the credential stops being accepted, for temporary credentials
 */
public record Credential(
    Signer signer, String secretKey, Optional<String> sessionToken, Optional<Instant> expiresAt) {

  /** A credential that does not expire. */
  public static Credential permanent(Signer signer, String secretKey) {
    return new Credential(signer, secretKey, Optional.empty(), Optional.empty());
  }

  /** Omits key and token, since this ends up in logs. */
  @Override
  public String toString() {
    return "Credential["
        + signer.arn()
        + ", "
        + (sessionToken.isPresent() ? "temporary" : "permanent")
        + "]";
  }
}
