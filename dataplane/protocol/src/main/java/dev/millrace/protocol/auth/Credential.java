package dev.millrace.protocol.auth;

import java.time.Instant;
import java.util.Optional;

/**
 * What the server knows about an access key.
 *
 * @param secretKey the key that signs
 * @param sessionToken the token that must come with each request, for temporary credentials
 * @param expiresAt from when on the credential is refused, for temporary credentials
 */
public record Credential(
    String secretKey, Optional<String> sessionToken, Optional<Instant> expiresAt) {

  /** A credential that stays. */
  public static Credential permanent(String secretKey) {
    return new Credential(secretKey, Optional.empty(), Optional.empty());
  }

  /** Never the key or the token: this ends up in logs. */
  @Override
  public String toString() {
    return "Credential[" + (sessionToken.isPresent() ? "temporary" : "permanent") + "]";
  }
}
