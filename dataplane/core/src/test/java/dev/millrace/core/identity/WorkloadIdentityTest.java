// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadIdentityTest {

  @Test
  void eachIdIsReadAsItWasWritten() {
    for (WorkloadIdentity identity :
        new WorkloadIdentity[] {
          new WorkloadIdentity.OperatorIdentity(),
          new WorkloadIdentity.GatewayIdentity("team-a"),
          new WorkloadIdentity.ShardPodIdentity("team-a", "orders-12ab3")
        }) {
      assertThat(WorkloadIdentity.parse(identity.uri())).contains(identity);
    }
    assertThat(new WorkloadIdentity.ShardPodIdentity("team-a", "orders-12ab3").uri())
        .isEqualTo("spiffe://millrace.dev/ns/team-a/stream/orders-12ab3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spiffe://millrace.dev",
        "spiffe://millrace.dev/",
        "spiffe://millrace.dev.evil/operator",
        "spiffe://millrace.dev/operator/",
        "spiffe://millrace.dev/operator\n",
        "spiffe://millrace.dev/ns/a/gateway/",
        "spiffe://millrace.dev/ns/a/../b/gateway",
        "spiffe://millrace.dev/ns//gateway",
        "spiffe://millrace.dev/ns/a/stream/",
        "spiffe://millrace.dev/ns/A/gateway",
        "https://millrace.dev/operator",
        "SPIFFE://millrace.dev/operator"
      })
  void otherIdsAreNobodys(String uri) {
    assertThat(WorkloadIdentity.parse(uri)).isEmpty();
  }

  @Test
  void aNameThatIsAPathIsRefused() {
    assertThatThrownBy(() -> new WorkloadIdentity.GatewayIdentity("a/../b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("namespace must be a name")
        .hasMessageContaining("'a/../b'");
  }
}
