// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any text is a policy or a message, and what is a policy can be evaluated. */
class HostilePolicyTest {
  private static final int ROUNDS = 20_000;

  static final String DOCUMENT =
      """
      {"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"a","Effect":"Deny","Principal":{"AWS":["111111111111","*"]},\
      "NotAction":["kinesis:Get*","sts:?"],"NotResource":"arn:aws:kinesis:*:*:stream/${aws:username, 'x'}${*}",\
      "Condition":{"ForAnyValue:StringNotLikeIfExists":{"aws:TagKeys":["a*","${aws:userid}"]},\
      "DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},"NumericEquals":{"aws:EpochTime":1.5},\
      "NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","::1/64"]},"ArnNotLike":{"aws:PrincipalArn":"arn:*:iam::*:user/?"},\
      "Null":{"aws:RequestTag/x":true}}}]}""";

  @Test
  void damagedDocumentsGiveAMessageOrADocument() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int valid = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String damaged = damage(random, DOCUMENT);
      ParsedPolicy[] parsed = new ParsedPolicy[1];
      assertThatCode(() -> parsed[0] = PolicyParser.parse(PolicyKind.RESOURCE, damaged))
          .as("seed %d, round %d: %s", seed, round, damaged)
          .doesNotThrowAnyException();
      switch (parsed[0]) {
        case ParsedPolicy.NotAPolicy(String message) ->
            assertThat(message).as("seed %d, round %d: %s", seed, round, damaged).endsWith(".");
        case ParsedPolicy.WellFormed(PolicyDocument document) -> {
          valid++;
          assertThatCode(() -> PolicyEvaluator.evaluate(request(document)))
              .as("seed %d, round %d: %s", seed, round, damaged)
              .doesNotThrowAnyException();
        }
      }
    }
    assertThat(valid).as("seed %d", seed).isGreaterThan(ROUNDS / 20);
  }

  private static String damage(Random random, String text) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(damaged.length());
      switch (random.nextInt(4)) {
        case 0 -> damaged.deleteCharAt(at);
        case 1 -> damaged.setCharAt(at, (char) (' ' + random.nextInt(95)));
        case 2 -> damaged.insert(at, "{}[]\":,*?$0".charAt(random.nextInt(11)));
        default -> {
          int from = random.nextInt(text.length());
          damaged.insert(at, text, from, Math.min(text.length(), from + random.nextInt(40)));
        }
      }
    }
    return damaged.toString();
  }

  static AccessRequest request(PolicyDocument policy) {
    return new AccessRequest(
        PolicyPrincipal.ofArn("arn:aws:iam::222222222222:user/mallory", "AIDA").orElseThrow(),
        List.of(),
        KinesisAction.PUT_RECORD.action(),
        PolicyResource.ofArn("arn:aws:kinesis:eu-west-1:111111111111:stream/orders").orElseThrow(),
        Optional.of(policy),
        RequestContext.builder().sourceIp("::1").tagKeys(List.of("a", "b")).build());
  }
}
