// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import java.time.Instant;

/**
 * What STS hands out.
 *
 * @param signer whose it is
 * @param secretKey the key that signatures are made with
 * @param sessionToken must come with each request
 * @param expiresAt when it stops being accepted
 */
public record TemporaryCredential(
    Signer signer, String secretKey, String sessionToken, Instant expiresAt) {
  /** Omits key and token, since this ends up in logs. */
  @Override
  public String toString() {
    return "TemporaryCredential[" + signer.arn() + ", until " + expiresAt + "]";
  }
}
