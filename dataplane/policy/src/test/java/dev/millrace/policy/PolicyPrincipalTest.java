// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Principals and contexts are what their ARNs and addresses say, or are rejected. */
class PolicyPrincipalTest {
  @Test
  void aUserHasANameWithoutItsPath() {
    PolicyPrincipal user =
        PolicyPrincipal.ofArn("arn:aws:iam::111111111111:user/a/b/carol", "AIDA").orElseThrow();
    assertThat(user.username()).contains("carol");
    assertThat(user.type()).isEqualTo(PolicyPrincipal.PrincipalType.USER);
    assertThat(user.account().text()).isEqualTo("111111111111");
  }

  @Test
  void aSessionIsIdentifiedByItsRole() {
    PolicyPrincipal session =
        PolicyPrincipal.ofArn(
                "arn:aws-cn:sts::111111111111:assumed-role/etl/nightly", "AROA:nightly")
            .orElseThrow();
    assertThat(session.identityArn()).isEqualTo("arn:aws-cn:iam::111111111111:role/etl");
    assertThat(session.username()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alice",
        "arn:aws:iam::111111111111:user/",
        "arn:aws:iam::111111111111:user/alice/",
        "arn:aws:iam::111111111111:role/etl",
        "arn:aws:iam::111111111111:group/devs",
        "arn:aws:iam::11111111111:user/alice",
        "arn:aws:iam:eu-west-1:111111111111:user/alice",
        "arn:aws:sts::111111111111:assumed-role/etl",
        "arn:aws:sts::111111111111:assumed-role//nightly",
        "arn:aws:sts::111111111111:user/alice",
        "aws:aws:iam::111111111111:root"
      })
  void otherTextsAreNoPrincipals(String arn) {
    assertThat(PolicyPrincipal.ofArn(arn, "AIDA")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0",
        "10.0.0.256",
        "10.0.0.0/8",
        "localhost",
        "fe80::1%eth0",
        "[::1]",
        "1::2::3"
      })
  void otherTextsAreNoAddresses(String text) {
    assertThatThrownBy(() -> RequestContext.builder().sourceIp(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not an IP address: '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PutRecord", "kinesis:", "kinesis:Put*", "Kinesis:PutRecord", "a:b:c"})
  void otherTextsAreNoActions(String text) {
    assertThatThrownBy(() -> new PolicyAction(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
