// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Requests are decided as AWS documents it: the cases of {@code decisions.txt}. */
class PolicyEvaluatorTest {
  private static final Map<String, PolicyPrincipal> PRINCIPALS =
      Map.ofEntries(
          Map.entry("alice", principal("arn:aws:iam::111111111111:user/alice", "AIDAALICE")),
          Map.entry("carol", principal("arn:aws:iam::111111111111:user/team/carol", "AIDACAROL")),
          Map.entry("root", principal("arn:aws:iam::111111111111:root", "111111111111")),
          Map.entry(
              "session",
              principal("arn:aws:sts::111111111111:assumed-role/etl/nightly", "AROAETL:nightly")),
          Map.entry(
              "session2",
              principal("arn:aws:sts::111111111111:assumed-role/web/nightly", "AROAWEB:nightly")),
          Map.entry(
              "deep",
              principal("arn:aws:sts::111111111111:assumed-role/etl/deep", "AROADEEP:deep")
                  .withRoleArn("arn:aws:iam::111111111111:role/data/etl")),
          Map.entry(
              "federated",
              principal("arn:aws:sts::111111111111:federated-user/fred", "111111111111:fred")),
          Map.entry("mallory", principal("arn:aws:iam::222222222222:user/mallory", "AIDAMALLORY")),
          Map.entry("mallory-root", principal("arn:aws:iam::222222222222:root", "222222222222")),
          Map.entry(
              "mallory-session",
              principal("arn:aws:sts::222222222222:assumed-role/etl/x", "AROAX:x")));

  private static PolicyPrincipal principal(String arn, String userId) {
    return PolicyPrincipal.ofArn(arn, userId).orElseThrow();
  }

  /** A case of the table. */
  private record Case(String name, AccessRequest request, String expected) {}

  @TestFactory
  List<DynamicTest> decidesAsDocumented() {
    return cases().stream()
        .map(
            is ->
                dynamicTest(
                    is.name(),
                    () ->
                        assertThat(text(PolicyEvaluator.evaluate(is.request())))
                            .isEqualTo(is.expected())))
        .toList();
  }

  @Test
  void theTableIsLargeAndItsNamesAreUnique() {
    Set<String> names = new HashSet<>();
    assertThat(cases()).hasSizeGreaterThanOrEqualTo(300).allMatch(is -> names.add(is.name()));
  }

  @Test
  void refusalsOfTheTableNameTheirReason() {
    for (Case is : cases()) {
      Optional<String> text =
          AccessDeniedText.of(is.request(), PolicyEvaluator.evaluate(is.request()));
      assertThat(text.isEmpty()).as(is.name()).isEqualTo(is.expected().equals("allowed"));
      text.ifPresent(
          message ->
              assertThat(message)
                  .startsWith("User: " + is.request().principal().arn())
                  .contains(
                      is.expected().endsWith("identity") ? "identity-based" : "resource-based"));
    }
  }

  private static String text(Decision decision) {
    return switch (decision) {
      case Decision.Allowed() -> "allowed";
      case Decision.ExplicitDeny(PolicyKind in) -> "explicit deny " + word(in);
      case Decision.ImplicitDeny(PolicyKind lacking) -> "implicit deny " + word(lacking);
    };
  }

  private static String word(PolicyKind kind) {
    return kind == PolicyKind.IDENTITY ? "identity" : "resource";
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    List<PolicyDocument> identity = new ArrayList<>();
    List<String> resource = new ArrayList<>();
    for (String line : TestingPolicies.lines("decisions.txt")) {
      int space = line.indexOf(' ');
      if (space < 0) {
        identity.clear();
        resource.clear();
        continue;
      }
      String rest = line.substring(space + 1).strip();
      switch (line.substring(0, space)) {
        case "identity" -> identity.add(TestingPolicies.identity(document(rest)));
        case "resource" -> resource.add(rest);
        case "when" -> identity.add(TestingPolicies.identity(document(conditional("Allow", rest))));
        case "unless" -> {
          identity.add(
              TestingPolicies.identity(
                  document("{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}")));
          identity.add(TestingPolicies.identity(document(conditional("Deny", rest))));
        }
        case "-" -> {
          String[] columns = rest.split("\\|", -1);
          assertThat(columns).as(line).hasSize(3);
          Optional<PolicyDocument> policy =
              resource.isEmpty()
                  ? Optional.empty()
                  : Optional.of(
                      TestingPolicies.resource(document("[" + String.join(",", resource) + "]")));
          cases.add(
              new Case(
                  columns[0].strip(),
                  request(columns[1].strip(), identity, policy),
                  columns[2].strip()));
        }
        default -> throw new AssertionError(line);
      }
    }
    return cases;
  }

  private static String conditional(String effect, String condition) {
    return "{\"Effect\":\"%s\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":%s}"
        .formatted(effect, condition);
  }

  private static String document(String text) {
    return text.startsWith("{\"Version\"") || text.startsWith("{\"Statement\"")
        ? text
        : "{\"Version\":\"2012-10-17\",\"Statement\":" + text + "}";
  }

  private static AccessRequest request(
      String settings, List<PolicyDocument> identity, Optional<PolicyDocument> resource) {
    PolicyPrincipal principal = Objects.requireNonNull(PRINCIPALS.get("alice"));
    String action = "PutRecord";
    String on = "orders";
    Map<String, String> tags = new LinkedHashMap<>();
    Map<String, String> requestTags = new LinkedHashMap<>();
    RequestContext.Builder context = RequestContext.builder();
    for (String setting : settings.isEmpty() ? new String[0] : settings.split(" +", -1)) {
      String key = setting.substring(0, setting.indexOf('='));
      String value = setting.substring(setting.indexOf('=') + 1);
      switch (key) {
        case "by" -> principal = Objects.requireNonNull(PRINCIPALS.get(value), value);
        case "do" -> action = value;
        case "on" -> on = value;
        case "ip" -> context.sourceIp(value);
        case "tls" -> context.secureTransport(Boolean.parseBoolean(value));
        case "time" -> context.time(Instant.parse(value));
        case "agent" -> context.userAgent(value);
        case "region" -> context.requestedRegion(value);
        case "keys" -> context.tagKeys(List.of(value.split(",", -1)));
        default -> {
          String tag = key.substring(key.indexOf(':') + 1);
          (key.startsWith("tag:") ? tags : requestTags).put(tag, value);
          assertThat(key).matches("(tag|set):.+");
        }
      }
    }
    context.resourceTags(tags);
    if (!requestTags.isEmpty()) {
      context.requestTags(requestTags);
    }
    return new AccessRequest(
        principal,
        identity,
        action.contains(":")
            ? new PolicyAction(action)
            : KinesisAction.ofOperation(action).orElseThrow().action(),
        on.equals("*")
            ? PolicyResource.all(principal.account())
            : PolicyResource.ofArn(
                    on.startsWith("arn:")
                        ? on
                        : "arn:aws:kinesis:eu-west-1:111111111111:stream/" + on)
                .orElseThrow(),
        resource,
        context.build());
  }
}
