package dev.millrace.protocol.request;

import dev.millrace.core.error.Excerpt;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.auth.Verification;
import dev.millrace.protocol.schema.Syntax;
import java.time.Instant;
import java.util.Optional;

/**
 * Admits a request to its operation or answers it, in the service's order of checks: preflight,
 * method, body, content type, syntax, target, signature. Any thread may call it.
 *
 * <p>The service parses the body before it looks at target and signature. Here a request that is
 * accepted is not parsed, since decoding will do that and gives the same answer; only one that is
 * to be refused is, so that bad syntax is the reason given first.
 */
public final class RequestGate {
  private static final String OLD_JSON = "application/json";

  private final Optional<SignatureVerifier> verifier;
  private final CallerIdentity callerIdentity;

  /**
   * A gate.
   *
   * @param verifier checks signatures; absent, nobody needs one
   * @param callerIdentity answers who asks for it
   */
  public RequestGate(Optional<SignatureVerifier> verifier, CallerIdentity callerIdentity) {
    this.verifier = verifier;
    this.callerIdentity = callerIdentity;
  }

  /**
   * Checks one request.
   *
   * @param now the present time, for the age of the signature
   */
  public Admission admit(WireRequest request, Instant now) {
    if (Cors.isPreflight(request)) {
      return answered(Cors.preflightAnswer());
    }
    if (!request.method().equals("POST")) {
      return xml(403, noOperation());
    }
    String contentType = request.headers().first("content-type").orElse("");
    Target target = Target.parse(request.headers().first("x-amz-target").orElse(""));
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

  private static Admission withoutBody(Optional<Codec> codec, Target target) {
    Name name = target.known().isPresent() ? Name.SERIALIZATION : Name.UNKNOWN_OPERATION;
    // Whatever is not JSON 1.1 is answered in CBOR, even what has no content type at all.
    return refused(codec.orElse(Codec.CBOR), new KinesisError(name, ""));
  }

  private static Admission inOldJson(WireRequest request) {
    return answered(
        Syntax.isStructure(Codec.JSON, request.body())
            ? WireAnswer.envelopedError(404, Name.UNKNOWN_OPERATION)
            : WireAnswer.envelopedError(400, Name.SERIALIZATION));
  }

  private Admission encoded(WireRequest request, Codec codec, Target target, Instant now) {
    Optional<Operation> operation = target.known();
    if (operation.isEmpty()) {
      return refusedUnlessMalformed(request, codec, new KinesisError(Name.UNKNOWN_OPERATION, ""));
    }
    return switch (verify(request, now)) {
      case Identity.Known(Optional<String> accessKeyId) ->
          new Admission.Accepted(operation.get(), codec, accessKeyId);
      case Identity.Refused(KinesisError error) -> refusedUnlessMalformed(request, codec, error);
    };
  }

  private Admission otherContent(WireRequest request, Target target, Instant now) {
    if (callerIdentity.isAskedBy(request)) {
      return answered(callerIdentity.answer(request, now));
    }
    if (verify(request, now) instanceof Identity.Refused(KinesisError error)) {
      return xml(403, error);
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

  /** Who signed a request, where that matters. */
  private sealed interface Identity {
    record Known(Optional<String> accessKeyId) implements Identity {}

    record Refused(KinesisError error) implements Identity {}
  }

  private Identity verify(WireRequest request, Instant now) {
    if (verifier.isEmpty()) {
      return new Identity.Known(Optional.empty());
    }
    return switch (verifier.get().verify(request, now)) {
      case Verification.Verified(String accessKeyId) ->
          new Identity.Known(Optional.of(accessKeyId));
      case Verification.Refused(KinesisError error) -> new Identity.Refused(error);
    };
  }

  private static Admission refusedUnlessMalformed(
      WireRequest request, Codec codec, KinesisError error) {
    return refused(
        codec,
        Syntax.isStructure(codec, request.body())
            ? error
            : new KinesisError(Name.SERIALIZATION, ""));
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
