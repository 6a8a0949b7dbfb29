// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.answer.StsAnswer;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.audit.AuditCaller;
import dev.millrace.protocol.audit.AuditFailure;
import dev.millrace.protocol.audit.AuditedAnswer;
import dev.millrace.protocol.audit.AuditedCall;
import dev.millrace.protocol.auth.SignatureCheck;
import dev.millrace.protocol.auth.SignatureVerifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * GetCallerIdentity of STS, the only call of another service that Kinesis clients make: older
 * daemons of the producer library (KPL) use it to find out their account, and send it to this port
 * if it is their only endpoint. Any thread may call it.
 *
 * <p>The caller is a user named like the access key, since nothing else is known about the signer;
 * where signatures are not required, the caller is the account's root.
 *
 * @param account 12 digits
 * @param verifier checks signatures made for STS; if absent, none is required
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html">GetCallerIdentity</a>
 */
public record CallerIdentity(String account, Optional<SignatureVerifier> verifier) {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final List<String> PARAMETERS =
      List.of("Action=GetCallerIdentity", "Version=2011-06-15");

  /** Longer bodies are not this call: the two parameters need 44 bytes. */
  private static final int MAX_BODY_BYTES = 1024;

  /** Whether a POST is this call. */
  boolean isAskedBy(WireRequest request) {
    String contentType = request.headers().first("content-type").orElse("");
    return Codec.mediaType(contentType).equals(FORM)
        && request.headers().first("x-amz-target").isEmpty()
        && request.body().length() <= MAX_BODY_BYTES
        && parameters(request).containsAll(PARAMETERS);
  }

  private static List<String> parameters(WireRequest request) {
    // Neither parameter has a character that a client would encode.
    String body = new String(request.body().copy(), StandardCharsets.UTF_8);
    return List.of(body.split("&", -1));
  }

  /**
   * The answer to the call.
   *
   * @param now the time against which the signature's age is measured
   */
  Admission answer(WireRequest request, Instant now) {
    if (verifier.isEmpty()) {
      return audited(
          identity("root", account, request), new AuditCaller.AnyCaller(), Optional.empty());
    }
    return switch (verifier.get().verify(request, now)) {
      case SignatureCheck.Valid(String accessKeyId) ->
          audited(
              identity("user/" + accessKeyId, accessKeyId, request),
              new AuditCaller.SignedUser(accessKeyId),
              Optional.empty());
      case SignatureCheck.Invalid(KinesisError error) ->
          audited(
              StsAnswer.error(
                  error.name() == Name.INCOMPLETE_SIGNATURE ? 400 : 403,
                  code(error.name()),
                  error.message(),
                  request.id()),
              new AuditCaller.UnverifiedCaller(SignatureVerifier.claimedKey(request)),
              Optional.of(AuditFailure.of(code(error.name()), error)));
    };
  }

  private static Admission audited(
      WireAnswer answer, AuditCaller caller, Optional<AuditFailure> failure) {
    return new Admission.Answered(
        answer, Optional.of(new AuditedAnswer(AuditedCall.CALLER_IDENTITY, caller, failure)));
  }

  private WireAnswer identity(String resource, String userId, WireRequest request) {
    return StsAnswer.callerIdentity(
        "arn:aws:iam::" + account + ":" + resource, userId, account, request.id());
  }

  /** The code of a signature error in the AWS Query protocol, which STS speaks. */
  private static String code(Name name) {
    return switch (name) {
      case EXPIRED_TOKEN -> "ExpiredToken";
      case INCOMPLETE_SIGNATURE -> "IncompleteSignature";
      case INVALID_SIGNATURE -> "SignatureDoesNotMatch";
      case MISSING_AUTHENTICATION_TOKEN -> "MissingAuthenticationToken";
      case UNRECOGNIZED_CLIENT -> "InvalidClientTokenId";
      default -> name.text();
    };
  }
}
