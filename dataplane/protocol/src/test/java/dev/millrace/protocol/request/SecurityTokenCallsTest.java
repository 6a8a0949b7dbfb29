// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.TestingBodies;
import dev.millrace.protocol.TestingRequest;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.auth.Credential;
import dev.millrace.protocol.auth.SignatureVerifier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks STS who they are is answered as STS does it, and nothing else is taken for that. */
class SecurityTokenCallsTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String BODY = "Action=GetCallerIdentity&Version=2011-06-15";

  private final RequestGate open =
      new RequestGate(
          Optional.empty(),
          new SecurityTokenCalls("123456789012", Optional.empty(), Optional.empty()));
  private final RequestGate closed =
      new RequestGate(
          Optional.of(verifier("kinesis", "eu-west-1")),
          new SecurityTokenCalls(
              "123456789012",
              Optional.of(verifier("sts", "eu-west-1", "us-east-1")),
              Optional.empty()));

  private static SignatureVerifier verifier(String service, String... regions) {
    return new SignatureVerifier(
        service,
        List.of(regions)::contains,
        (id, token) ->
            id.equals(TestingRequest.ACCESS_KEY_ID)
                ? Optional.of(
                    Credential.permanent(TestingRequest.SIGNER, TestingRequest.SECRET_KEY))
                : Optional.empty());
  }

  private static TestingRequest asking() {
    return TestingRequest.post(BODY).with("content-type", FORM);
  }

  private static Admission admit(RequestGate gate, TestingRequest request) {
    return RequestGateTest.answerOf(gate.admit(request.toWire(), TestingRequest.NOW));
  }

  @ParameterizedTest
  @ValueSource(strings = {FORM, FORM + "; charset=utf-8", " " + FORM + " ;charset=UTF-8"})
  void withoutCredentialsEverybodyIsRoot(String contentType) {
    assertThat(admit(open, asking().with("content-type", contentType)))
        .isEqualTo(identity("root", "123456789012"));
  }

  @Test
  void theOrderOfTheParametersDoesNotCount() {
    TestingRequest turned =
        asking().withBody(TestingBodies.json("Version=2011-06-15&Action=GetCallerIdentity"));
    assertThat(admit(open, turned)).isEqualTo(identity("root", "123456789012"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"eu-west-1", "us-east-1"})
  void whoSignsIsTheUserNamedAsTheKey(String region) {
    assertThat(admit(closed, asking().signedFor("sts", region)))
        .isEqualTo(identity("user/" + TestingRequest.ACCESS_KEY_ID, TestingRequest.ACCESS_KEY_ID));
  }

  @Test
  void aBadSignatureIsRefusedInTheWordsOfSts() {
    TestingRequest signed = asking().signedFor("sts", "us-east-1");
    String mismatch =
        "The request signature we calculated does not match the signature you provided. Check your"
            + " AWS Secret Access Key and signing method. Consult the service documentation for"
            + " details.";
    assertThat(admit(closed, signed.withBody(TestingBodies.json(BODY + "&a=b"))))
        .isEqualTo(error(403, "SignatureDoesNotMatch", mismatch));
    assertThat(admit(closed, asking().signed()))
        .isEqualTo(
            error(
                403,
                "SignatureDoesNotMatch",
                "Credential should be scoped to correct service: 'sts'. "));
    assertThat(admit(closed, asking().signedFor("sts", "eu-west-2")))
        .isEqualTo(
            error(403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region. "));
    assertThat(admit(closed, asking()))
        .isEqualTo(error(403, "MissingAuthenticationToken", "Missing Authentication Token"));
    String authorization =
        signed
            .header("authorization")
            .replace(TestingRequest.ACCESS_KEY_ID, TestingRequest.ACCESS_KEY_ID + "X");
    assertThat(admit(closed, signed.with("authorization", authorization)))
        .isEqualTo(
            error(
                403,
                "InvalidClientTokenId",
                "The security token included in the request is invalid."));
    Instant late = TestingRequest.NOW.plus(Duration.ofMinutes(5)).plusSeconds(1);
    assertThat(RequestGateTest.answerOf(closed.admit(signed.toWire(), late)))
        .isEqualTo(
            error(
                403,
                "SignatureDoesNotMatch",
                "Signature expired: 20261121T102030Z is now earlier than 20261121T102031Z"
                    + " (20261121T102531Z - 5 min.)"));
  }

  @Test
  void whatIsQuotedIsEscaped() {
    assertThat(admit(closed, asking().with("authorization", "<&>")))
        .isEqualTo(
            error(
                400,
                "IncompleteSignature",
                "Authorization header requires 'Credential' parameter. Authorization header"
                    + " requires 'Signature' parameter. Authorization header requires"
                    + " 'SignedHeaders' parameter. Authorization header requires existence of"
                    + " either a 'X-Amz-Date' or a 'Date' header."
                    + " Authorization=&lt;&amp;&gt;"));
  }

  /** Signed for Kinesis, since that is then asked for. */
  @ParameterizedTest
  @CsvSource({
    "Action=AssumeRole&Version=2011-06-15",
    "Action=GetCallerIdentity",
    "Action=GetCallerIdentity&Version=2013-12-02",
    "Action=GetCallerIdentityX&Version=2011-06-15",
    "{}",
  })
  void whateverElseIsInTheBodyKeepsItsAnswer(String body) {
    TestingRequest request = asking().withBody(TestingBodies.json(body)).signed();
    assertThat(admit(closed, request)).isEqualTo(unableToDetermine());
    assertThat(admit(open, request)).isEqualTo(unableToDetermine());
  }

  @Test
  void anotherContentTypeMethodOrTargetKeepsItsAnswer() {
    assertThat(admit(open, asking().with("content-type", "text/plain")))
        .isEqualTo(unableToDetermine());
    assertThat(admit(open, asking().withMethod("GET"))).isEqualTo(unableToDetermine());
    assertThat(admit(open, asking().with("x-amz-target", "Kinesis_20131202.ListStreams")))
        .isEqualTo(
            new Admission.Answered(
                WireAnswer.xmlError(404, new KinesisError(Name.UNKNOWN_OPERATION, ""))));
    String padding = "&a=" + "a".repeat(24 << 10);
    assertThat(admit(open, asking().withBody(TestingBodies.json(BODY + padding))))
        .isEqualTo(unableToDetermine());
  }

  private static Admission identity(String resource, String userId) {
    return xml(
        200,
        """
        <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <GetCallerIdentityResult>
            <Arn>arn:aws:iam::123456789012:%s</Arn>
            <UserId>%s</UserId>
            <Account>123456789012</Account>
          </GetCallerIdentityResult>
          <ResponseMetadata>
            <RequestId>%s</RequestId>
          </ResponseMetadata>
        </GetCallerIdentityResponse>
        """
            .formatted(resource, userId, TestingRequest.ID));
  }

  private static Admission error(int status, String code, String message) {
    return xml(
        status,
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <Error>
            <Type>Sender</Type>
            <Code>%s</Code>
            <Message>%s</Message>
          </Error>
          <RequestId>%s</RequestId>
        </ErrorResponse>
        """
            .formatted(code, message, TestingRequest.ID));
  }

  private static Admission xml(int status, String body) {
    return new Admission.Answered(
        new WireAnswer(status, Optional.of("text/xml"), TestingBodies.json(body)));
  }

  private static Admission unableToDetermine() {
    return new Admission.Answered(
        WireAnswer.xmlError(
            403,
            new KinesisError(
                Name.ACCESS_DENIED,
                "Unable to determine service/operation name to be authorized")));
  }
}
