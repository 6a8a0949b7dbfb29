// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.TestingBodies;
import dev.millrace.protocol.TestingRequest;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.audit.AuditCaller;
import dev.millrace.protocol.audit.AuditedAnswer;
import dev.millrace.protocol.audit.AuditedCall;
import dev.millrace.protocol.auth.Credential;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.schema.Decoded;
import dev.millrace.protocol.shape.ListStreamsInput;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that never reach an operation are answered as the service was recorded to answer. */
class RequestGateTest {
  private static final String JSON = "application/x-amz-json-1.1";
  private static final String TARGET = "Kinesis_20131202.ListStreams";

  private final RequestGate gate =
      new RequestGate(
          Optional.of(
              new SignatureVerifier(
                  "kinesis",
                  "eu-west-1"::equals,
                  (id, token) ->
                      id.equals(TestingRequest.ACCESS_KEY_ID)
                          ? Optional.of(
                              Credential.permanent(
                                  TestingRequest.SIGNER, TestingRequest.SECRET_KEY))
                          : Optional.empty())),
          new SecurityTokenCalls("123456789012", Optional.empty(), Optional.empty()));

  @ParameterizedTest
  @EnumSource(Codec.class)
  void signedRequestsAreAccepted(Codec codec) {
    TestingRequest request = request(codec.contentType(), TARGET, "{}");
    TestingRequest signed = request.withBody(TestingBodies.in(codec, "{}")).signed();
    assertThat(admit(signed))
        .isEqualTo(
            new Admission.Admitted(
                Operation.LIST_STREAMS, codec, Optional.of(TestingRequest.SIGNER)));
  }

  @Test
  void withoutAVerifierNobodyNeedsASignature() {
    RequestGate open =
        new RequestGate(
            Optional.empty(),
            new SecurityTokenCalls("123456789012", Optional.empty(), Optional.empty()));
    assertThat(open.admit(request(JSON, TARGET, "{}").toWire(), TestingRequest.NOW))
        .isEqualTo(new Admission.Admitted(Operation.LIST_STREAMS, Codec.JSON, Optional.empty()));
    assertThat(open.admit(request("text/plain", TARGET, "{}").toWire(), TestingRequest.NOW))
        .isEqualTo(xml(404, Name.UNKNOWN_OPERATION, ""));
  }

  /** The full cross of kinesalite's recorded connection tests. */
  @Test
  void everyCombinationIsAnsweredInOrder() {
    int count = 0;
    for (String method : List.of("OPTIONS", "GET", "PUT", "DELETE", "HEAD", "POST")) {
      for (String contentType :
          List.of("", "application/x-amz-json-1.0", JSON, "application/json", "text/plain")) {
        for (String origin : List.of("", "whatever")) {
          for (String target :
              List.of(
                  "",
                  "whatever",
                  "Kinesis_20131202.",
                  "Kinesis_20131202.whatever",
                  "whatever.ListStreams",
                  TARGET)) {
            for (String body : List.of("", "hello", "true", "null", "[]", "{}")) {
              for (Auth auth : Auth.values()) {
                TestingRequest request =
                    auth.applyTo(
                        request(contentType, target, body)
                            .withMethod(method)
                            .with("origin", origin));
                assertThat(admitAndDecode(request))
                    .as("%s '%s' %s '%s' '%s' %s", method, contentType, origin, target, body, auth)
                    .isEqualTo(expected(method, contentType, origin, target, body, auth));
                count++;
              }
            }
          }
        }
      }
    }
    assertThat(count).isEqualTo(6 * 5 * 2 * 6 * 6 * 5);
  }

  private enum Auth {
    NONE,
    HEADER_INCOMPLETE,
    QUERY_INCOMPLETE,
    BOTH,
    SIGNED;

    TestingRequest applyTo(TestingRequest request) {
      return switch (this) {
        case NONE -> request;
        case HEADER_INCOMPLETE -> request.with("authorization", "a");
        case QUERY_INCOMPLETE -> request.withQuery("X-Amz-Algorithm");
        case BOTH -> request.with("authorization", "a").withQuery("X-Amz-Algorithm");
        case SIGNED -> request.signed();
      };
    }

    Optional<KinesisError> error() {
      return switch (this) {
        case NONE ->
            Optional.of(
                new KinesisError(
                    Name.MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token"));
        case HEADER_INCOMPLETE ->
            Optional.of(
                new KinesisError(
                    Name.INCOMPLETE_SIGNATURE,
                    "Authorization header requires 'Credential' parameter. Authorization header"
                        + " requires 'Signature' parameter. Authorization header requires"
                        + " 'SignedHeaders' parameter. Authorization header requires existence of"
                        + " either a 'X-Amz-Date' or a 'Date' header. Authorization=a"));
        case QUERY_INCOMPLETE ->
            Optional.of(
                new KinesisError(
                    Name.INCOMPLETE_SIGNATURE,
                    "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string"
                        + " parameters must include 'X-Amz-Credential'. AWS query-string"
                        + " parameters must include 'X-Amz-Signature'. AWS query-string parameters"
                        + " must include 'X-Amz-SignedHeaders'. AWS query-string parameters must"
                        + " include 'X-Amz-Date'. Re-examine the query-string parameters."));
        case BOTH ->
            Optional.of(
                new KinesisError(
                    Name.INVALID_SIGNATURE,
                    "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as"
                        + " HTTP header."));
        case SIGNED -> Optional.empty();
      };
    }
  }

  private static Admission expected(
      String method, String contentType, String origin, String target, String body, Auth auth) {
    if (method.equals("OPTIONS") && !origin.isEmpty()) {
      return new Admission.Answered(new WireAnswer(200, Optional.empty(), Blob.EMPTY));
    }
    if (!method.equals("POST")) {
      return unableToDetermine();
    }
    boolean known = target.equals(TARGET);
    if (body.isEmpty()) {
      return refused(
          contentType.equals(JSON) ? Codec.JSON : Codec.CBOR,
          known ? Name.SERIALIZATION : Name.UNKNOWN_OPERATION,
          "");
    }
    boolean parses = body.equals("{}");
    if (contentType.equals("application/json")) {
      return new Admission.Answered(
          new WireAnswer(
              parses ? 404 : 400,
              Optional.of("application/json"),
              TestingBodies.json(
                  "{\"Output\":{\"__type\":\"com.amazon.coral.service#"
                      + (parses ? "UnknownOperationException" : "SerializationException")
                      + "\"},\"Version\":\"1.0\"}")));
    }
    if (contentType.equals(JSON)) {
      if (!parses || !known) {
        return refused(Codec.JSON, parses ? Name.UNKNOWN_OPERATION : Name.SERIALIZATION, "");
      }
      return auth.error()
          .map(error -> refused(Codec.JSON, error.name(), error.message()))
          .orElse(
              new Admission.Admitted(
                  Operation.LIST_STREAMS, Codec.JSON, Optional.of(TestingRequest.SIGNER)));
    }
    if (auth.error().isPresent()) {
      return xml(403, auth.error().get().name(), auth.error().get().message());
    }
    return switch (target) {
      case TARGET -> xml(404, Name.UNKNOWN_OPERATION, "");
      case "Kinesis_20131202.whatever" -> xml(500, Name.INTERNAL_FAILURE, "");
      case "whatever.ListStreams" ->
          xml(
              403,
              Name.UNRECOGNIZED_CLIENT,
              "No authorization strategy was found for service: whatever, operation: ListStreams");
      default -> unableToDetermine();
    };
  }

  @Test
  void xmlBodiesAreTheRecordedBytes() {
    TestingRequest request = request("text/plain", "", "{}").signed();
    assertThat(admit(request))
        .isEqualTo(
            new Admission.Answered(
                new WireAnswer(
                    403,
                    Optional.empty(),
                    TestingBodies.json(
                        """
                        <AccessDeniedException>
                          <Message>Unable to determine service/operation name to be authorized</Message>
                        </AccessDeniedException>
                        """))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        JSON,
        "   application/x-amz-json-1.1   ;whatever",
        "application/x-amz-json-1.1; charset=utf-8",
        "Application/X-Amz-JSON-1.1",
      })
  void parametersAndLetterCaseOfTheContentTypeDoNotCount(String contentType) {
    assertThat(admit(request(contentType, TARGET, "{}").signed()))
        .isInstanceOf(Admission.Admitted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "kinesis_20131202.ListStreams",
    "Kinesis_20131202.listStreams",
    "Kinesis_20131202.ListStream",
    "Kinesis_20131202ListStreams",
    "Kinesis_20131202..ListStreams",
    "DynamoDB_20120810.ListStreams",
  })
  void targetsMustBeExact(String target) {
    assertThat(admit(request(JSON, target, "{}").signed()))
        .isEqualTo(refused(Codec.JSON, Name.UNKNOWN_OPERATION, ""));
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void badSyntaxIsGivenBeforeABadSignature(Codec codec) {
    TestingRequest request = request(codec.contentType(), TARGET, "");
    TestingRequest cut = request.withBody(TestingBodies.in(codec, "[]"));
    assertThat(admit(cut)).isEqualTo(refused(codec, Name.SERIALIZATION, ""));
    assertThat(admit(cut.with("x-amz-target", "Kinesis_20131202.What")))
        .isEqualTo(refused(codec, Name.SERIALIZATION, ""));
  }

  @Test
  void refusalsQuoteNoMoreThanOneKibibyteOfAHeader() {
    String long20k = "a".repeat(20_000);
    for (TestingRequest request :
        List.of(
            request(JSON, TARGET, "{}").with("authorization", long20k),
            request(JSON, TARGET, "{}")
                .with("authorization", "a Credential=" + long20k + ",Signature=a,SignedHeaders=a")
                .with("x-amz-date", "a"),
            request("text/plain", long20k + "." + long20k, "{}").signed())) {
      Admission.Answered answered = (Admission.Answered) admit(request);
      assertThat(answered.answer().body().length()).isLessThan(3 * 1024);
    }
  }

  private Admission admit(TestingRequest request) {
    return answerOf(gate.admit(request.toWire(), TestingRequest.NOW));
  }

  private Optional<AuditedAnswer> audited(TestingRequest request) {
    return gate.admit(request.toWire(), TestingRequest.NOW)
            instanceof Admission.Answered(_, Optional<AuditedAnswer> audited)
        ? audited
        : Optional.empty();
  }

  @ParameterizedTest
  @ValueSource(strings = {JSON, "application/x-amz-cbor-1.1", "text/plain"})
  void aRefusedSignatureIsForTheAudit(String contentType) {
    TestingRequest request =
        request(contentType, TARGET, "").withBody(TestingBodies.json("{}")).signed();
    TestingRequest refused = request.with("x-amz-date", "20260101T000000Z");
    if (contentType.contains("cbor")) {
      refused = refused.withBody(TestingBodies.in(Codec.CBOR, "{}"));
    }
    AuditedAnswer audited = audited(refused).orElseThrow();
    assertThat(audited.call()).isEqualTo(AuditedCall.of(Operation.LIST_STREAMS));
    assertThat(audited.caller())
        .isEqualTo(new AuditCaller.UnverifiedCaller(Optional.of(TestingRequest.ACCESS_KEY_ID)));
    assertThat(audited.failure().orElseThrow().code()).isEqualTo("InvalidSignatureException");
    assertThat(audited(refused.without("authorization")).orElseThrow().caller())
        .isEqualTo(new AuditCaller.UnverifiedCaller(Optional.empty()));
  }

  @Test
  void whatIsNoRefusalOfASignatureIsNotForTheAudit() {
    for (TestingRequest request :
        List.of(
            request(JSON, TARGET, "{}").signed(),
            request(JSON, TARGET, "[]"),
            request(JSON, TARGET, ""),
            request(JSON, "Kinesis_20131202.What", "{}"),
            request("text/plain", "", "{}").signed(),
            request(JSON, TARGET, "{}").withMethod("GET"))) {
      assertThat(audited(request)).isEmpty();
    }
  }

  /** Without what is for the audit. */
  static Admission answerOf(Admission admission) {
    return switch (admission) {
      case Admission.Answered(WireAnswer answer, _) -> new Admission.Answered(answer);
      case Admission.Admitted admitted -> admitted;
    };
  }

  /** With the first step of the operation, which finds the bad syntax of a request let through. */
  private Admission admitAndDecode(TestingRequest request) {
    Admission admission = admit(request);
    return admission instanceof Admission.Admitted(_, Codec codec, _)
            && ListStreamsInput.SHAPE.decode(codec, request.body())
                instanceof Decoded.Malformed(KinesisError error)
        ? refused(codec, error.name(), error.message())
        : admission;
  }

  private static TestingRequest request(String contentType, String target, String body) {
    return TestingRequest.post(body).with("content-type", contentType).with("x-amz-target", target);
  }

  private static Admission refused(Codec codec, Name name, String message) {
    return new Admission.Answered(WireAnswer.error(codec, new KinesisError(name, message)));
  }

  private static Admission xml(int status, Name name, String message) {
    return new Admission.Answered(WireAnswer.xmlError(status, new KinesisError(name, message)));
  }

  private static Admission unableToDetermine() {
    return xml(
        403, Name.ACCESS_DENIED, "Unable to determine service/operation name to be authorized");
  }
}
