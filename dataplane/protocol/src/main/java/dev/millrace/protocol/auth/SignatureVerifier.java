// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import static dev.millrace.core.error.KinesisError.Name.EXPIRED_TOKEN;
import static dev.millrace.core.error.KinesisError.Name.INCOMPLETE_SIGNATURE;
import static dev.millrace.core.error.KinesisError.Name.INVALID_SIGNATURE;
import static dev.millrace.core.error.KinesisError.Name.MISSING_AUTHENTICATION_TOKEN;
import static dev.millrace.core.error.KinesisError.Name.UNRECOGNIZED_CLIENT;

import dev.millrace.core.error.Excerpt;
import dev.millrace.protocol.WireRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Verifies Signature Version 4. Any thread may call it.
 *
 * <p>The checks run in this order and the first failure is returned: exactly one form of signature,
 * complete; a known access key with its session token, not expired; the scope of this service and
 * region; a timestamp within five minutes; the signature itself.
 *
 * <p>The texts for two forms and for missing parts were recorded from the service. Those for key,
 * scope, clock and signature are as documented. Those for an invalid terminator, algorithm or date,
 * and for an unsigned host, are recalled from other services and may differ.
 */
public final class SignatureVerifier {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String TERMINATOR = "aws4_request";
  private static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

  private final String service;
  private final Predicate<String> regions;
  private final CredentialSource credentials;
  private final SigningKeys keys = new SigningKeys();

  /**
   * Creates a verifier.
   *
   * @param service the signing name, {@code kinesis}
   * @param regions accepts the regions that a signature may be scoped to
   * @param credentials finds the credential of an access key
   */
  public SignatureVerifier(
      String service, Predicate<String> regions, CredentialSource credentials) {
    this.service = service;
    this.regions = regions;
    this.credentials = credentials;
  }

  /**
   * Verifies one request.
   *
   * @param now the present time
   */
  public SignatureCheck verify(WireRequest request, Instant now) {
    try {
      QueryString query = QueryString.parse(request.rawQuery());
      SignatureClaim claim = claim(request, query);
      Credential credential = credential(claim, now);
      checkScope(claim.scope());
      SigningTime time = SigningTime.parse(claim.timestamp());
      time.check(claim, now);
      checkSignature(request, query, claim, time, credential);
      return new SignatureCheck.Valid(credential.signer());
    } catch (SignatureRejectedException refused) {
      return new SignatureCheck.Invalid(refused.error());
    }
  }

  /** The access key that a request names, if its signature is complete; nothing is verified. */
  public static Optional<String> claimedKey(WireRequest request) {
    try {
      return Optional.of(
          claim(request, QueryString.parse(request.rawQuery())).scope().accessKeyId());
    } catch (SignatureRejectedException incomplete) {
      return Optional.empty();
    }
  }

  private static SignatureClaim claim(WireRequest request, QueryString query)
      throws SignatureRejectedException {
    Optional<String> authorization = request.headers().first("authorization");
    boolean presigned = query.has("X-Amz-Algorithm");
    if (authorization.isPresent() && presigned) {
      throw new SignatureRejectedException(
          INVALID_SIGNATURE,
          "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP"
              + " header.");
    }
    if (authorization.isPresent()) {
      return SignatureClaim.ofHeader(authorization.get(), request.headers());
    }
    if (presigned) {
      return SignatureClaim.ofQuery(query);
    }
    throw new SignatureRejectedException(
        MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token");
  }

  private Credential credential(SignatureClaim claim, Instant now)
      throws SignatureRejectedException {
    Credential credential =
        credentials.find(claim.scope().accessKeyId(), claim.sessionToken()).orElse(null);
    if (credential == null || !sameToken(credential.sessionToken(), claim.sessionToken())) {
      throw new SignatureRejectedException(
          UNRECOGNIZED_CLIENT, "The security token included in the request is invalid.");
    }
    if (credential.expiresAt().isPresent() && !now.isBefore(credential.expiresAt().get())) {
      throw new SignatureRejectedException(
          EXPIRED_TOKEN, "The security token included in the request is expired");
    }
    return credential;
  }

  private static boolean sameToken(Optional<String> known, Optional<String> claimed) {
    return known.isPresent() == claimed.isPresent() && same(known.orElse(""), claimed.orElse(""));
  }

  private void checkScope(SignatureClaim.Scope scope) throws SignatureRejectedException {
    String wrong =
        (regions.test(scope.region()) ? "" : "Credential should be scoped to a valid region. ")
            + (scope.service().equals(service)
                ? ""
                : "Credential should be scoped to correct service: '" + service + "'. ")
            + (scope.terminator().equals(TERMINATOR)
                ? ""
                : "Credential should be scoped with a valid terminator: '" + TERMINATOR + "'. ");
    if (!wrong.isEmpty()) {
      throw new SignatureRejectedException(INVALID_SIGNATURE, wrong);
    }
  }

  private void checkSignature(
      WireRequest request,
      QueryString query,
      SignatureClaim claim,
      SigningTime time,
      Credential credential)
      throws SignatureRejectedException {
    if (!claim.algorithm().equals(ALGORITHM)) {
      throw new SignatureRejectedException(
          INCOMPLETE_SIGNATURE,
          "Unsupported AWS 'algorithm': '" + Excerpt.of(claim.algorithm()) + "'.");
    }
    if (!claim.signedHeaders().contains("host")) {
      throw new SignatureRejectedException(
          INVALID_SIGNATURE,
          "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }
    if (Set.copyOf(claim.signedHeaders()).size() < claim.signedHeaders().size()) {
      // No signer lists a header twice; who does could make a little request very long to sign.
      throw mismatch();
    }
    Optional<String> declaredHash = request.headers().first("x-amz-content-sha256");
    boolean bodyCounts = declaredHash.filter(UNSIGNED_PAYLOAD::equals).isEmpty();
    String payloadHash = bodyCounts ? CanonicalRequest.sha256Hex(request.body()) : UNSIGNED_PAYLOAD;
    String canonical = CanonicalRequest.of(request, query, claim.signedHeaders(), payloadHash);
    String toSign =
        String.join(
            "\n",
            ALGORITHM,
            time.text(),
            claim.scope().text(),
            CanonicalRequest.sha256Hex(canonical));
    String expected =
        HexFormat.of().formatHex(keys.sign(credential.secretKey(), claim.scope(), toSign));
    boolean bodyAsDeclared = declaredHash.isEmpty() || same(declaredHash.get(), payloadHash);
    if (!bodyAsDeclared || !same(expected, claim.signature())) {
      throw mismatch();
    }
  }

  private static SignatureRejectedException mismatch() {
    return new SignatureRejectedException(
        INVALID_SIGNATURE,
        "The request signature we calculated does not match the signature you provided. Check"
            + " your AWS Secret Access Key and signing method. Consult the service documentation"
            + " for details.");
  }

  /** Compares in a time that does not tell where the texts differ. */
  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
