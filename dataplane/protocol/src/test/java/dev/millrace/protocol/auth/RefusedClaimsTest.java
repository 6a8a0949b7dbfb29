// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.TestingRequest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A claim that is incomplete or cannot be is refused in the service's words, before any hashing.
 */
class RefusedClaimsTest {
  private final SignatureVerifier verifier =
      SignatureVerifierTest.verifier(
          Credential.permanent(TestingRequest.SIGNER, TestingRequest.SECRET_KEY));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AKIDEXAMPLE/|NOBODY/|UNRECOGNIZED_CLIENT"
            + "|The security token included in the request is invalid.",
        "eu-west-1/|us-east-1/|INVALID_SIGNATURE|'Credential should be scoped to a valid region. '",
        "/kinesis/|/dynamodb/|INVALID_SIGNATURE"
            + "|\"Credential should be scoped to correct service: 'kinesis'. \"",
        "/aws4_request|/x|INVALID_SIGNATURE"
            + "|\"Credential should be scoped with a valid terminator: 'aws4_request'. \"",
        "20261121/|20261120/|INVALID_SIGNATURE|\"Date in Credential scope does not match YYYYMMDD"
            + " from ISO-8601 version of date from HTTP: '20261120' != '20261121', from"
            + " '20261121T102030Z'.\"",
        "/kinesis/aws4_request|/kinesis|INCOMPLETE_SIGNATURE|\"Credential must have exactly 5"
            + " slash-delimited elements, e.g. keyid/date/region/service/term, got"
            + " 'AKIDEXAMPLE/20261121/eu-west-1/kinesis'\"",
        "AWS4-HMAC-SHA256|AWS4-OTHER|INCOMPLETE_SIGNATURE"
            + "|Unsupported AWS 'algorithm': 'AWS4-OTHER'.",
        "host;|''|INVALID_SIGNATURE"
            + "|'''Host'' or '':authority'' must be a ''SignedHeader'' in the AWS Authorization.'",
      })
  void claimsThatCannotBe(String part, String other, Name name, String message) {
    String unquoted =
        message.startsWith("\"") ? message.substring(1, message.length() - 1) : message;
    assertRefused(
        SignatureVerifierTest.replaceInAuthorization(
            SignatureVerifierTest.request().signed(), part, other),
        name,
        unquoted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "20261121T102030", "20261321T102030Z", "", "Z"})
  void datesMustBeDates(String date) {
    TestingRequest signed =
        SignatureVerifierTest.request().signed().with("x-amz-date", date).with("date", "b");
    assertRefused(
        signed,
        Name.INCOMPLETE_SIGNATURE,
        "Date must be in ISO-8601 'basic format'. Got '"
            + (date.isEmpty() ? "b" : date)
            + "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "604801", "x", "99999999999999999999", "+5"})
  void expiriesMustBeSeconds(String expires) {
    TestingRequest signed =
        SignatureVerifierTest.request().signed(TestingRequest.NOW, Optional.empty(), true, true);
    assertRefused(
        signed.withQuery(signed.query().replace("X-Amz-Expires=900", "X-Amz-Expires=" + expires)),
        Name.INCOMPLETE_SIGNATURE,
        "X-Amz-Expires must be a number of seconds from 0 to 604800");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X|''|CSHD",
        "AWS4- Signature=b Credential=a|a|H",
        "AWS4- Signature=b,Credential=a|a|H",
        "AWS4- Signature=b, Credential=a|a|H",
        "AWS4-HMAC-SHA256 Credential=,Signature=,SignedHeaders=|a|CSH",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0|''|D",
      })
  void headersMustHaveAllParts(String authorization, String date, String missing) {
    StringBuilder expected = new StringBuilder();
    if (missing.contains("C")) {
      expected.append("Authorization header requires 'Credential' parameter. ");
    }
    if (missing.contains("S")) {
      expected.append("Authorization header requires 'Signature' parameter. ");
    }
    if (missing.contains("H")) {
      expected.append("Authorization header requires 'SignedHeaders' parameter. ");
    }
    if (missing.contains("D")) {
      expected.append(
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
    }
    assertRefused(
        SignatureVerifierTest.request().with("authorization", authorization).with("date", date),
        Name.INCOMPLETE_SIGNATURE,
        expected + "Authorization=" + authorization);
  }

  @Test
  void queriesMustHaveAllParts() {
    assertRefused(
        SignatureVerifierTest.request().withQuery("X-Amz-Algorithm"),
        Name.INCOMPLETE_SIGNATURE,
        "AWS query-string parameters must include 'X-Amz-Algorithm'. "
            + "AWS query-string parameters must include 'X-Amz-Credential'. "
            + "AWS query-string parameters must include 'X-Amz-Signature'. "
            + "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
            + "AWS query-string parameters must include 'X-Amz-Date'. "
            + "Re-examine the query-string parameters.");
    assertRefused(
        SignatureVerifierTest.request()
            .withQuery("X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d"),
        Name.INCOMPLETE_SIGNATURE,
        "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
            + "Re-examine the query-string parameters.");
  }

  @Test
  void oneFormAndNotTwo() {
    assertRefused(
        SignatureVerifierTest.request().with("authorization", "X").withQuery("X-Amz-Algorithm"),
        Name.INVALID_SIGNATURE,
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP"
            + " header.");
    assertRefused(
        SignatureVerifierTest.request().withQuery("X-Amz-Credential=a&X-Amz-Signature=b"),
        Name.MISSING_AUTHENTICATION_TOKEN,
        "Missing Authentication Token");
  }

  private void assertRefused(TestingRequest request, Name name, String message) {
    assertThat(verifier.verify(request.toWire(), TestingRequest.NOW))
        .isEqualTo(new SignatureCheck.Invalid(new KinesisError(name, message)));
  }
}
