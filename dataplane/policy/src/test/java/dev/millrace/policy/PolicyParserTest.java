// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A text that is not a policy is rejected with a message that says what is wrong and where. */
class PolicyParserTest {
  private static final String STATEMENT =
      "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}";

  @TestFactory
  List<DynamicTest> saysWhatIsWrong() {
    return TestingPolicies.lines("invalid.txt").stream()
        .filter(line -> !line.isBlank())
        .map(line -> line.split("\\|", 3))
        .map(
            columns -> {
              PolicyKind kind =
                  columns[0].strip().equals("identity") ? PolicyKind.IDENTITY : PolicyKind.RESOURCE;
              String json = columns[1].strip().replaceAll("(?<=[:,\\[])S\\b", STATEMENT);
              String expected = Pattern.quote(columns[2].strip()).replace("%", "\\E[0-9]+\\Q");
              return dynamicTest(
                  kind + " " + columns[1].strip(),
                  () -> assertThat(message(kind, json)).matches(expected));
            })
        .toList();
  }

  private static String message(PolicyKind kind, String json) {
    return switch (PolicyParser.parse(kind, json)) {
      case ParsedPolicy.WellFormed(PolicyDocument document) -> "valid: " + document;
      case ParsedPolicy.NotAPolicy(String message) -> message;
    };
  }

  @Test
  void aDocumentHasALimit() {
    String document = "{\"Statement\":" + STATEMENT + "}";
    String padded = document + " ".repeat(PolicyLimits.MAX_DOCUMENT_CHARACTERS - document.length());
    assertThat(message(PolicyKind.IDENTITY, padded))
        .isEqualTo("valid: identity-based policy of 1 statements");
    assertThat(message(PolicyKind.IDENTITY, padded + " "))
        .isEqualTo("Policy must have at most 20480 characters, found 20481.");
  }

  @Test
  void statementsHaveALimit() {
    assertThat(message(PolicyKind.IDENTITY, statements(PolicyLimits.MAX_STATEMENTS)))
        .isEqualTo("valid: identity-based policy of 200 statements");
    assertThat(message(PolicyKind.IDENTITY, statements(PolicyLimits.MAX_STATEMENTS + 1)))
        .isEqualTo("Statement: must have at most 200 statements, found 201.");
  }

  private static String statements(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> STATEMENT)
        .collect(Collectors.joining(",", "{\"Statement\":[", "]}"));
  }

  @Test
  void aValueHasALimit() {
    String prefix = "arn:aws:kinesis:*:*:stream/";
    String longest = prefix + "x".repeat(PolicyLimits.MAX_VALUE_CHARACTERS - prefix.length());
    assertThat(message(PolicyKind.IDENTITY, onResource(longest))).startsWith("valid");
    assertThat(message(PolicyKind.IDENTITY, onResource(longest + "x")))
        .isEqualTo("Statement.Resource: must have at most 2048 characters, found 2049.");
  }

  @Test
  void aMessageHasALimit() {
    String key = Character.toString(0x1F600).repeat(1000);
    assertThat(message(PolicyKind.IDENTITY, "{\"" + key + "\":1}"))
        .startsWith("Policy: unknown element '" + key.substring(0, 400))
        .endsWith(key.substring(0, 2) + "...")
        .hasSizeBetween(511, PolicyLimits.MAX_MESSAGE_CHARACTERS);
    assertThat(message(PolicyKind.IDENTITY, "{\"a" + key + "\":1}"))
        .endsWith(key.substring(0, 2) + "...")
        .hasSizeBetween(511, PolicyLimits.MAX_MESSAGE_CHARACTERS);
  }

  private static String onResource(String arn) {
    return "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"" + arn + "\"}}";
  }

  @Test
  void deepNestingIsRejectedAndDoesNotOverflowTheStack() {
    assertThat(message(PolicyKind.IDENTITY, "[".repeat(20_000)))
        .isEqualTo("Policy must not be nested deeper than 8 levels.");
  }

  @Test
  void acceptsWhatToolsWrite() {
    TestingPolicies.resource(
        """
        {
          "Version": "2012-10-17",
          "Id": "share orders",
          "Statement": [
            {"Sid": "", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["kinesis:*"], "Resource": ["*"]},
            {"Sid": "", "Effect": "Deny", "NotPrincipal": {"Service": ["a.amazonaws.com"], "Federated": "x", "CanonicalUser": "y"},
             "NotAction": "Kinesis:Get*", "NotResource": "arn:aws:kinesis:*",
             "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]}, "NumericLessThan": {"aws:EpochTime": 7}}},
            {"Sid": "with spaces", "Effect": "Allow", "Action": "sts:*", "Resource": "*", "Condition": {},
             "Principal": {"AWS": ["111111111111", "arn:aws:iam::111111111111:role/a/b",
                           "arn:aws-cn:sts::111111111111:assumed-role/r/s", "arn:aws:sts::111111111111:federated-user/f"]}}
          ]
        }
        """);
  }

  @Test
  void aRequestTakesPoliciesOfTheRightKindOnly() {
    PolicyDocument resource =
        TestingPolicies.resource(
            "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}}");
    PolicyPrincipal alice =
        PolicyPrincipal.ofArn("arn:aws:iam::111111111111:user/alice", "AIDA").orElseThrow();
    assertThatThrownBy(
            () ->
                new AccessRequest(
                    alice,
                    List.of(resource),
                    KinesisAction.PUT_RECORD.action(),
                    PolicyResource.all(alice.account()),
                    Optional.empty(),
                    RequestContext.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a policy that is identity-based, found one that is resource-based");
  }
}
