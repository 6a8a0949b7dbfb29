// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import java.util.List;
import java.util.Set;

/** Policies of users and of resources: any text is a policy or a message that says why not. */
final class PolicyFuzzTest extends DecoderFuzz {
  @Override
  protected List<byte[]> seeds() {
    return utf8(
        HostilePolicyTest.DOCUMENT,
        """
        {"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""");
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "null",
        "true",
        "1e999999999",
        "*",
        "?",
        "${",
        "}",
        "${*}",
        "${a",
        "${aws:username, ''}",
        "arn:aws:kinesis:",
        "::::::",
        "ForAllValues:",
        "ForAnyValue:",
        "IfExists",
        "0.0.0.0/33",
        "::/129",
        "2026-13-01",
        "NotPrincipal",
        "\"Sid\":\"a\",",
        "*?*?*?*?*?",
        "\\ud800",
        "\u0000");
  }

  @Override
  protected void decode(byte[] input) {
    String text = new String(input, UTF_8);
    for (PolicyKind kind : PolicyKind.values()) {
      switch (PolicyParser.parse(kind, text)) {
        case ParsedPolicy.NotAPolicy(String message) ->
            assertThat(message)
                .isNotBlank()
                .hasSizeLessThanOrEqualTo(PolicyLimits.MAX_MESSAGE_CHARACTERS);
        case ParsedPolicy.WellFormed(PolicyDocument document) -> {
          if (kind == PolicyKind.RESOURCE) {
            PolicyEvaluator.evaluate(HostilePolicyTest.request(document));
          }
        }
      }
    }
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of();
  }
}
