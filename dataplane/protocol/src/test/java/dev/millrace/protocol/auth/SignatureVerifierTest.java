// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.TestingBodies;
import dev.millrace.protocol.TestingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the AWS SDK signs is accepted, and nothing that was changed afterwards. */
class SignatureVerifierTest {
  private static final Instant NOW = TestingRequest.NOW;
  private static final String TOKEN = "FwoGZXIvYXdzEB4a+/token==";

  private final SignatureVerifier verifier =
      verifier(Credential.permanent(TestingRequest.SIGNER, TestingRequest.SECRET_KEY));

  @Test
  void theSdksHeaderFormIsAccepted() {
    assertAccepted(request().signed());
    assertAccepted(request().with("x-odd", " a   b ", "c").signed());
    assertAccepted(request().withBody(Blob.of(new byte[1 << 20])).signed());
    assertAccepted(request().withPath("/a/b").signed());
    assertAccepted(request().withQuery("b=2&a=%2B%20x&a=%C3%A4&c").signed());
  }

  @Test
  void unsignedPayloadsAreAccepted() {
    TestingRequest signed = request().signed(NOW, Optional.empty(), false, false);
    assertThat(signed.header("x-amz-content-sha256")).isEqualTo("UNSIGNED-PAYLOAD");
    assertAccepted(signed);
    assertAccepted(signed.withBody(TestingBodies.json("other")));
  }

  @Test
  void theSdksQueryFormIsAccepted() {
    TestingRequest signed = request().signed(NOW, Optional.empty(), true, true);
    assertThat(signed.query()).contains("X-Amz-Signature=");
    assertAccepted(signed);
    assertAccepted(signed, NOW.plus(Duration.ofMinutes(15)));
    assertRefused(
        signed,
        NOW.plus(Duration.ofMinutes(15)).plusSeconds(1),
        Name.INVALID_SIGNATURE,
        "Signature expired: 20261121T102030Z is now earlier than 20261121T102031Z"
            + " (20261121T103531Z - 15 min.)");
    assertMismatch(signed.withBody(TestingBodies.json("{\"a\":1}")));
    assertMismatch(signed.withQuery(signed.query() + "&a=b"));
    assertMismatch(
        signed.withQuery(signed.query().replace("X-Amz-Expires=900", "X-Amz-Expires=901")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sessionTokensAreChecked(boolean presigned) {
    SignatureVerifier temporary =
        verifier(
            new Credential(
                TestingRequest.SIGNER,
                TestingRequest.SECRET_KEY,
                Optional.of(TOKEN),
                Optional.of(NOW.plus(Duration.ofHours(1)))));
    TestingRequest signed = request().signed(NOW, Optional.of(TOKEN), presigned, true);
    assertThat(temporary.verify(signed.toWire(), NOW))
        .isEqualTo(new SignatureCheck.Valid(TestingRequest.SIGNER));
    TestingRequest otherToken = request().signed(NOW, Optional.of("other"), presigned, true);
    TestingRequest noToken = request().signed(NOW, Optional.empty(), presigned, true);
    String invalid = "The security token included in the request is invalid.";
    assertThat(temporary.verify(otherToken.toWire(), NOW))
        .isEqualTo(refused(Name.UNRECOGNIZED_CLIENT, invalid));
    assertThat(temporary.verify(noToken.toWire(), NOW))
        .isEqualTo(refused(Name.UNRECOGNIZED_CLIENT, invalid));
    assertThat(verifier.verify(signed.toWire(), NOW))
        .isEqualTo(refused(Name.UNRECOGNIZED_CLIENT, invalid));
    Instant late = NOW.plus(Duration.ofHours(1));
    TestingRequest signedLate = request().signed(late, Optional.of(TOKEN), presigned, true);
    assertThat(temporary.verify(signedLate.toWire(), late))
        .isEqualTo(
            refused(Name.EXPIRED_TOKEN, "The security token included in the request is expired"));
  }

  @Test
  void whateverIsSignedMayNotChange() {
    TestingRequest signed = request().signed();
    List<UnaryOperator<TestingRequest>> changes =
        List.of(
            r -> r.withBody(TestingBodies.json("{\"Limit\":2}")),
            r -> r.withBody(Blob.EMPTY),
            r -> r.withMethod("PUT"),
            r -> r.withPath("/x"),
            r -> r.withQuery("a=b"),
            r -> r.with("x-amz-target", "Kinesis_20131202.DeleteStream"),
            r -> r.with("content-type", "application/x-amz-cbor-1.1"),
            r -> r.with("host", "other"),
            r -> r.with("x-amz-date", "20261121T102031Z"),
            r -> r.with("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            r -> r.with("x-amz-target", "Kinesis_20131202.ListStreams", "x"),
            r -> r.without("x-amz-target"),
            r -> replaceInAuthorization(r, "host;", "host;x-new;"),
            r -> replaceInAuthorization(r, "content-type;", ""),
            r -> replaceInAuthorization(r, "host;", "host;host;"),
            r -> changeLastDigit(r));
    for (UnaryOperator<TestingRequest> change : changes) {
      assertMismatch(change.apply(signed));
    }
    assertAccepted(signed.with("x-unsigned", "anything").with("user-agent", "any"));
  }

  @Test
  void aDeclaredHashMustBeTheBodys() {
    TestingRequest signed = request().signed();
    TestingRequest otherBody = signed.withBody(TestingBodies.json("{\"Limit\":2}"));
    assertMismatch(otherBody);
    // Not in the list of signed headers, as botocore leaves it, it must be right all the same.
    TestingRequest botocore = botocoreStyle();
    assertAccepted(botocore);
    assertMismatch(botocore.with("x-amz-content-sha256", "0".repeat(64)));
  }

  @Test
  void anotherSecretDoesNotFit() {
    assertThat(
            verifier(Credential.permanent(TestingRequest.SIGNER, "other"))
                .verify(request().signed().toWire(), NOW))
        .isEqualTo(mismatch());
  }

  @Test
  void clocksMayBeFiveMinutesOff() {
    TestingRequest signed = request().signed();
    assertAccepted(signed, NOW.plus(Duration.ofMinutes(5)));
    assertAccepted(signed, NOW.minus(Duration.ofMinutes(5)));
    assertRefused(
        signed,
        NOW.plus(Duration.ofMinutes(5)).plusSeconds(1),
        Name.INVALID_SIGNATURE,
        "Signature expired: 20261121T102030Z is now earlier than 20261121T102031Z"
            + " (20261121T102531Z - 5 min.)");
    assertRefused(
        signed,
        NOW.minus(Duration.ofMinutes(5)).minusSeconds(1),
        Name.INVALID_SIGNATURE,
        "Signature not yet current: 20261121T102030Z is still later than 20261121T102029Z"
            + " (20261121T101529Z + 5 min.)");
  }

  @Test
  void separatorsOfTheHeaderMayDiffer() {
    TestingRequest signed = request().signed();
    for (String separator : List.of(",", " ", ", ", ",  ")) {
      assertAccepted(replaceInAuthorization(signed, ", ", separator));
    }
  }

  /** Only the headers that botocore signs are in the list. */
  private TestingRequest botocoreStyle() {
    TestingRequest plain = request().with("x-amz-date", "20261121T102030Z");
    List<String> names = List.of("content-type", "host", "x-amz-date", "x-amz-target");
    String canonical =
        CanonicalRequest.of(
            plain.toWire(), QueryString.parse(""), names, CanonicalRequest.sha256Hex(plain.body()));
    return AwsTestSuiteTest.sign(plain, names, canonical, "eu-west-1", "kinesis");
  }

  static TestingRequest request() {
    return TestingRequest.post("{\"Limit\":1}")
        .with("content-type", "application/x-amz-json-1.1")
        .with("x-amz-target", "Kinesis_20131202.ListStreams");
  }

  static TestingRequest replaceInAuthorization(TestingRequest request, String part, String other) {
    String header = request.header("authorization");
    assertThat(header).contains(part);
    return request.with("authorization", header.replace(part, other));
  }

  private static TestingRequest changeLastDigit(TestingRequest request) {
    String header = request.header("authorization");
    String cut = header.substring(0, header.length() - 1);
    return request.with("authorization", cut + (header.endsWith("0") ? "1" : "0"));
  }

  static SignatureVerifier verifier(Credential credential) {
    return new SignatureVerifier(
        "kinesis",
        "eu-west-1"::equals,
        (id, token) ->
            id.equals(TestingRequest.ACCESS_KEY_ID) ? Optional.of(credential) : Optional.empty());
  }

  private void assertAccepted(TestingRequest request) {
    assertAccepted(request, NOW);
  }

  private void assertAccepted(TestingRequest request, Instant now) {
    assertThat(verifier.verify(request.toWire(), now))
        .isEqualTo(new SignatureCheck.Valid(TestingRequest.SIGNER));
  }

  private void assertMismatch(TestingRequest request) {
    assertThat(verifier.verify(request.toWire(), NOW)).isEqualTo(mismatch());
  }

  private static SignatureCheck mismatch() {
    return refused(
        Name.INVALID_SIGNATURE,
        "The request signature we calculated does not match the signature you provided. Check"
            + " your AWS Secret Access Key and signing method. Consult the service documentation"
            + " for details.");
  }

  private void assertRefused(TestingRequest request, Instant now, Name name, String message) {
    assertThat(verifier.verify(request.toWire(), now)).isEqualTo(refused(name, message));
  }

  private static SignatureCheck refused(Name name, String message) {
    return new SignatureCheck.Invalid(new KinesisError(name, message));
  }
}
