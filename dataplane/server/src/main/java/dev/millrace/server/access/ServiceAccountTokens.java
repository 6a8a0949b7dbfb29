// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.access;

import dev.millrace.core.identity.UserDirectory.TokenIssuer;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;

/**
 * Checks the tokens of service accounts by the cluster's public keys, without a call to it: a token
 * is good until it expires, also if its pod is gone by then.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/">Managing
 *     Service Accounts</a>
 */
final class ServiceAccountTokens {
  /** By how much clocks may differ, in seconds. */
  private static final int ALLOWED_SKEW_SECONDS = 30;

  private static final Pattern SUBJECT =
      Pattern.compile("system:serviceaccount:(?<namespace>[^:]+):(?<name>[^:]+)");

  private static final AlgorithmConstraints ALGORITHMS =
      new AlgorithmConstraints(
          ConstraintType.PERMIT,
          AlgorithmIdentifiers.RSA_USING_SHA256,
          AlgorithmIdentifiers.RSA_USING_SHA384,
          AlgorithmIdentifiers.RSA_USING_SHA512,
          AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
          AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384);

  private ServiceAccountTokens() {}

  /** The outcome of a check. */
  sealed interface CheckedToken {
    /** A token of a service account. */
    record GoodToken(String subject, String namespace, String serviceAccount)
        implements CheckedToken {}

    /**
     * Not a token, or not good here or now.
     *
     * @param code STS' name of the error
     */
    record BadToken(String code, String message) implements CheckedToken {}
  }

  static CheckedToken check(String token, TokenIssuer issuer, Instant now) {
    try {
      JwtClaims claims =
          new JwtConsumerBuilder()
              .setEvaluationTime(NumericDate.fromSeconds(now.getEpochSecond()))
              .setAllowedClockSkewInSeconds(ALLOWED_SKEW_SECONDS)
              .setRequireExpirationTime()
              .setRequireSubject()
              .setExpectedIssuer(issuer.issuer())
              .setExpectedAudience(issuer.audience())
              .setJwsAlgorithmConstraints(ALGORITHMS)
              .setVerificationKeyResolver(
                  new JwksVerificationKeyResolver(
                      new JsonWebKeySet(issuer.keys()).getJsonWebKeys()))
              .build()
              .processToClaims(token);
      Matcher subject = SUBJECT.matcher(claims.getSubject());
      return subject.matches()
          ? new CheckedToken.GoodToken(
              claims.getSubject(), subject.group("namespace"), subject.group("name"))
          : new CheckedToken.BadToken(
              "InvalidIdentityToken", "The token is not that of a service account");
    } catch (InvalidJwtException e) {
      return rejected(e);
    } catch (JoseException | MalformedClaimException e) {
      return new CheckedToken.BadToken(
          "InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider");
    }
  }

  private static CheckedToken rejected(InvalidJwtException e) {
    if (e.hasExpired()) {
      return new CheckedToken.BadToken("ExpiredTokenException", "Token expired");
    }
    // What is wrong is said, but nothing of the token is repeated.
    return new CheckedToken.BadToken(
        "InvalidIdentityToken",
        Optional.of(e)
            .filter(is -> is.hasErrorCode(ErrorCodes.AUDIENCE_INVALID))
            .map(is -> "Incorrect token audience")
            .orElse("The ID Token provided is not a valid JWT of this cluster"));
  }
}
