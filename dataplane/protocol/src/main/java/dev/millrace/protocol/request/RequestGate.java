// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import dev.millrace.core.error.Excerpt;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.audit.AuditCaller;
import dev.millrace.protocol.audit.AuditFailure;
import dev.millrace.protocol.audit.AuditedAnswer;
import dev.millrace.protocol.audit.AuditedCall;
import dev.millrace.protocol.auth.SignatureCheck;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.auth.Signer;
import dev.millrace.protocol.schema.BodySyntax;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides whether a request is passed to its operation, in the service's order of checks:
 * preflight, method, body, content type, syntax, target, signature. Any thread may call it.
 *
 * <p>The service parses the body before it checks target and signature. This class parses the body
 * only of a request that it rejects, to report bad syntax first. A request that is admitted is
 * parsed once, when it is decoded, and a syntax error found there gives the same answer.
 */
public final class RequestGate {
  private static final String OLD_JSON = "application/json";

  private final Optional<SignatureVerifier> verifier;
  private final SecurityTokenCalls tokens;

  /**
   * Creates a gate.
   *
   * @param verifier checks signatures; if absent, none is required
   * @param tokens answers the calls of STS
   */
  public RequestGate(Optional<SignatureVerifier> verifier, SecurityTokenCalls tokens) {
    this.verifier = verifier;
    this.tokens = tokens;
  }

  /**
   * Checks one request.
   *
   * @param now the time against which the signature's age is measured
   */
  public Admission admit(WireRequest request, Instant now) {
    if (Cors.isPreflight(request)) {
      return answered(Cors.preflightAnswer());
    }
    if (!request.method().equals("POST")) {
      return xml(403, noOperation());
    }
    String contentType = request.headers().first("content-type").orElse("");
    TargetHeader target = TargetHeader.parse(request.headers().first("x-amz-target").orElse(""));
    Optional<Codec> codec = Codec.ofContentType(contentType);
    if (request.body().length() == 0) {
      return withoutBody(codec, target);
    }
    if (Codec.mediaType(contentType).equals(OLD_JSON)) {
      return inOldJson(request);
    }
    return codec.isPresent()
        ? encoded(request, codec.get(), target, now)
        : otherContent(request, target, now);
  }

  private static Admission withoutBody(Optional<Codec> codec, TargetHeader target) {
    Name name = target.known().isPresent() ? Name.SERIALIZATION : Name.UNKNOWN_OPERATION;
    // Whatever is not JSON 1.1 is answered in CBOR, even what has no content type at all.
    return refused(codec.orElse(Codec.CBOR), new KinesisError(name, ""));
  }

  private static Admission inOldJson(WireRequest request) {
    return answered(
        BodySyntax.isStructure(Codec.JSON, request.body())
            ? WireAnswer.envelopedError(404, Name.UNKNOWN_OPERATION)
            : WireAnswer.envelopedError(400, Name.SERIALIZATION));
  }

  private Admission encoded(WireRequest request, Codec codec, TargetHeader target, Instant now) {
    Optional<Operation> operation = target.known();
    if (operation.isEmpty()) {
      return refusedUnlessMalformed(request, codec, new KinesisError(Name.UNKNOWN_OPERATION, ""));
    }
    return switch (verify(request, now)) {
      case Caller.Known(Optional<Signer> signer) ->
          new Admission.Admitted(operation.get(), codec, signer);
      case Caller.Unverified(KinesisError error) ->
          BodySyntax.isStructure(codec, request.body())
              ? unverified(request, target, WireAnswer.error(codec, error), error)
              : malformed(codec);
    };
  }

  private Admission otherContent(WireRequest request, TargetHeader target, Instant now) {
    if (tokens.isAskedBy(request)) {
      return tokens.answer(request, now);
    }
    if (verify(request, now) instanceof Caller.Unverified(KinesisError error)) {
      return unverified(request, target, WireAnswer.xmlError(403, error), error);
    }
    if (!target.isUsable()) {
      return xml(403, noOperation());
    }
    if (!target.isOurService()) {
      return xml(
          403,
          new KinesisError(
              Name.UNRECOGNIZED_CLIENT,
              "No authorization strategy was found for service: "
                  + Excerpt.of(target.service())
                  + ", operation: "
                  + Excerpt.of(target.operation())));
    }
    return target.known().isEmpty()
        ? xml(500, new KinesisError(Name.INTERNAL_FAILURE, ""))
        : xml(404, new KinesisError(Name.UNKNOWN_OPERATION, ""));
  }

  /** The caller of a request; nobody known where signatures are not required. */
  private sealed interface Caller {
    record Known(Optional<Signer> signer) implements Caller {}

    record Unverified(KinesisError error) implements Caller {}
  }

  private Caller verify(WireRequest request, Instant now) {
    if (verifier.isEmpty()) {
      return new Caller.Known(Optional.empty());
    }
    return switch (verifier.get().verify(request, now)) {
      case SignatureCheck.Valid(Signer signer) -> new Caller.Known(Optional.of(signer));
      case SignatureCheck.Invalid(KinesisError error) -> new Caller.Unverified(error);
    };
  }

  private static Admission refusedUnlessMalformed(
      WireRequest request, Codec codec, KinesisError error) {
    return BodySyntax.isStructure(codec, request.body()) ? refused(codec, error) : malformed(codec);
  }

  private static Admission malformed(Codec codec) {
    return refused(codec, new KinesisError(Name.SERIALIZATION, ""));
  }

  private static Admission unverified(
      WireRequest request, TargetHeader target, WireAnswer answer, KinesisError error) {
    return new Admission.Answered(
        answer,
        Optional.of(
            new AuditedAnswer(
                target.known().map(AuditedCall::of).orElse(AuditedCall.UNKNOWN),
                new AuditCaller.UnverifiedCaller(SignatureVerifier.claimedKey(request)),
                Optional.of(AuditFailure.of(error)))));
  }

  private static KinesisError noOperation() {
    return new KinesisError(
        Name.ACCESS_DENIED, "Unable to determine service/operation name to be authorized");
  }

  private static Admission refused(Codec codec, KinesisError error) {
    return answered(WireAnswer.error(codec, error));
  }

  private static Admission xml(int status, KinesisError error) {
    return answered(WireAnswer.xmlError(status, error));
  }

  private static Admission answered(WireAnswer answer) {
    return new Admission.Answered(answer);
  }
}
