// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Blob;
import dev.millrace.protocol.TestingBodies;
import dev.millrace.protocol.TestingRequest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The signatures of the published Signature Version 4 test suite are the right ones. */
class AwsTestSuiteTest {
  private static final Instant SUITE_TIME = Instant.parse("2015-08-30T12:36:00Z");

  @ParameterizedTest
  @CsvSource({
    "GET, '', host;x-amz-date, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "POST, '', host;x-amz-date, 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    "GET, Param2=value2&Param1=value1, host;x-amz-date,"
        + " b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    "GET, '', host;my-header1;x-amz-date,"
        + " c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    "GET, '', host;my-header1;my-header2;x-amz-date,"
        + " acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
  })
  void signaturesOfTheSuite(String method, String query, String names, String signature) {
    TestingRequest request =
        new TestingRequest(method, "/", query, Map.of(), Blob.EMPTY)
            .with("host", "example.amazonaws.com")
            .with("x-amz-date", "20150830T123600Z");
    if (names.contains("my-header2")) {
      request = request.with("my-header1", " value1").with("my-header2", " \"a   b   c\"");
    } else if (names.contains("my-header1")) {
      request = request.with("my-header1", "value2", "value2", "value1");
    }
    TestingRequest signed =
        request.with(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders="
                + names
                + ", Signature="
                + signature);
    assertThat(verifier("service").verify(signed.toWire(), SUITE_TIME))
        .isEqualTo(new SignatureCheck.Valid(TestingRequest.SIGNER));
  }

  /** The worked example of the service's general reference. */
  @Test
  void listUsers() {
    TestingRequest signed =
        new TestingRequest("GET", "/", "Action=ListUsers&Version=2010-05-08", Map.of(), Blob.EMPTY)
            .with("host", "iam.amazonaws.com")
            .with("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .with("x-amz-date", "20150830T123600Z")
            .with(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
                    + " SignedHeaders=content-type;host;x-amz-date,"
                    + " Signature="
                    + "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    assertThat(verifier("iam").verify(signed.toWire(), SUITE_TIME))
        .isEqualTo(new SignatureCheck.Valid(TestingRequest.SIGNER));
  }

  @Test
  void theEmptyBodyHasTheKnownHash() {
    assertThat(CanonicalRequest.sha256Hex(Blob.EMPTY))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(CanonicalRequest.sha256Hex(new Blob(new byte[] {'x', 'a', 'y'}, 1, 1)))
        .isEqualTo(CanonicalRequest.sha256Hex(TestingBodies.json("a")));
  }

  @Test
  void keysAreKeptUpToTheirBound() {
    SigningKeys keys = new SigningKeys();
    byte[] first = keys.sign("secret", scope("a"), "text");
    assertThat(keys.sign("secret", scope("a"), "text")).isEqualTo(first);
    assertThat(keys.size()).isEqualTo(1);
    assertThat(keys.sign("other", scope("a"), "text")).isNotEqualTo(first);
    assertThat(keys.size()).isEqualTo(2);
    for (int i = 0; i < SigningKeys.MAX_KEYS + 10; i++) {
      keys.sign("secret", scope("id" + i), "text");
      assertThat(keys.size()).isLessThanOrEqualTo(SigningKeys.MAX_KEYS);
    }
    assertThat(keys.sign("secret", scope("a"), "text")).isEqualTo(first);
  }

  private static SignatureClaim.Scope scope(String accessKeyId) {
    return new SignatureClaim.Scope(
        accessKeyId, "20150830", "us-east-1", "kinesis", "aws4_request");
  }

  private static SignatureVerifier verifier(String service) {
    return new SignatureVerifier(
        service,
        "us-east-1"::equals,
        (id, token) ->
            Optional.of(Credential.permanent(TestingRequest.SIGNER, TestingRequest.SECRET_KEY)));
  }

  /** Signs with the parts under test, whose results the suite above vouches for. */
  static TestingRequest sign(
      TestingRequest request, List<String> names, String canonical, String region, String service) {
    String time = request.header("x-amz-date");
    SignatureClaim.Scope scope =
        new SignatureClaim.Scope(
            TestingRequest.ACCESS_KEY_ID, time.substring(0, 8), region, service, "aws4_request");
    String toSign =
        String.join(
            "\n", "AWS4-HMAC-SHA256", time, scope.text(), CanonicalRequest.sha256Hex(canonical));
    byte[] signature = new SigningKeys().sign(TestingRequest.SECRET_KEY, scope, toSign);
    return request.with(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(
                TestingRequest.ACCESS_KEY_ID,
                scope.text(),
                String.join(";", names),
                HexFormat.of().formatHex(signature)));
  }
}
