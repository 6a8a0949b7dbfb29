// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.operator.act.LeaseWriter;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Of two operators one acts; the other takes over when it goes. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
class OperatorLeaseTest {
  @Test
  void oneOfTwoActsAndTheOtherTakesOver() {
    try (TestingOperator first = TestingOperator.candidate("first");
        TestingOperator second = first.rival("second")) {
      first.elect();
      awaitHolder(first, "first");
      second.elect();
      first.create("orders", null, 1, 1);
      first.awaitReady("orders", 1);
      assertThat(holder(first)).isEqualTo("first");

      first.stop();
      awaitHolder(first, "second");
      first.retain("orders", 48);
      first.awaitReady("orders", 2);
    }
  }

  @Test
  void theLeaseIsGivenBackByItsHolderOnly() {
    try (TestingOperator first = TestingOperator.candidate("first")) {
      first.elect();
      awaitHolder(first, "first");
      first.stop();
      LeaseWriter.giveBack(first.namespace(), OperatorLease.NAME, "second");
      assertThat(holder(first)).isEqualTo("first");
      LeaseWriter.giveBack(first.namespace(), OperatorLease.NAME, "first");
      assertThat(holder(first)).isEmpty();
    }
  }

  private static Resource<Lease> lease(TestingOperator operator) {
    return operator
        .client()
        .leases()
        .inNamespace(operator.namespace())
        .withName(OperatorLease.NAME);
  }

  private static String holder(TestingOperator operator) {
    return String.valueOf(lease(operator).require().getSpec().getHolderIdentity());
  }

  private static void awaitHolder(TestingOperator operator, String identity) {
    TestingOperator.await(
        lease(operator), lease -> Objects.equals(lease.getSpec().getHolderIdentity(), identity));
  }
}
