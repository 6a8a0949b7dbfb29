// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.identity;

import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.consumer.TokenSigner.Purpose;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * The session token of temporary credentials. All that a front must know of a session is in it, so
 * no front keeps any: each with the same key accepts it, and finds the secret key that belongs to
 * it.
 *
 * @param accessKeyId of the temporary credentials
 * @param userName the user whose session it is
 * @param userId of that user; a later user of the same name has another
 * @param sessionName of AssumeRoleWithWebIdentity; empty for GetSessionToken
 * @param expiresMillis epoch milliseconds
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html">Credentials</a>
 */
public record SessionToken(
    String accessKeyId, String userName, String userId, String sessionName, long expiresMillis) {
  private static final int VERSION = 1;
  private static final int EXPECTED_BYTES = 256;

  /** Encodes and signs the token for a client. */
  public String encode(TokenSigner signer) {
    return signer.sign(
        Purpose.SESSION,
        new FormatWriter(EXPECTED_BYTES)
            .u8(VERSION)
            .text(accessKeyId)
            .text(userName)
            .text(userId)
            .text(sessionName)
            .i64(expiresMillis)
            .toByteArray());
  }

  /** Decodes a token; empty when the text is not a valid token. */
  public static Optional<SessionToken> decode(TokenSigner signer, String text) {
    return signer.verify(Purpose.SESSION, text).flatMap(SessionToken::read);
  }

  private static Optional<SessionToken> read(ByteBuffer content) {
    try {
      FormatReader in = new FormatReader("session token", content);
      in.version(VERSION);
      SessionToken token = new SessionToken(in.text(), in.text(), in.text(), in.text(), in.i64());
      in.end();
      return Optional.of(token);
    } catch (IllegalStateException e) {
      // Signed, so a later build's.
      return Optional.empty();
    }
  }

  /** The secret key that belongs to a token's text: 43 characters. */
  public static String secretKey(TokenSigner signer, String text) {
    byte[] secret = signer.secret(Purpose.SESSION_SECRET, text);
    return new String(
        Base64.getUrlEncoder().withoutPadding().encode(secret), StandardCharsets.US_ASCII);
  }

  /** When it ends. */
  public Instant expiresAt() {
    return Instant.ofEpochMilli(expiresMillis);
  }
}
