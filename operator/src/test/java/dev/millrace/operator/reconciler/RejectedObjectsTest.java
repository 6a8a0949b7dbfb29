// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStream;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What the API server rejects is shown with its message and retried. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
class RejectedObjectsTest {
  @Test
  void aQuotaIsNamedInTheStatusAndTheStreamComesUpWhenItIsRaised() {
    try (TestingOperator operator = new TestingOperator(2)) {
      Resource<ResourceQuota> quota =
          operator
              .client()
              .resourceQuotas()
              .inNamespace(operator.namespace())
              .resource(
                  new ResourceQuotaBuilder()
                      .withNewMetadata()
                      .withName("no-stateful-sets")
                      .endMetadata()
                      .withNewSpec()
                      .addToHard("count/statefulsets.apps", new Quantity("0"))
                      .endSpec()
                      .build());
      quota.create();
      TestingOperator.await(quota, found -> found.getStatus().getHard() != null);
      operator.create("orders", null, 1, 1);
      KinesisStream rejected =
          TestingOperator.await(
              operator.stream("orders"),
              stream ->
                  TestingOperator.ready(stream)
                      .map(Condition::message)
                      .filter(message -> message.contains("exceeded quota: no-stateful-sets"))
                      .isPresent());
      assertThat(TestingOperator.ready(rejected).map(Condition::message).orElse(""))
          .startsWith(
              "0 of 1 shards are open with the settings of generation 1; could not apply"
                  + " StatefulSet orders-");

      // The other namespace is not held up.
      operator.create(operator.namespaces().getLast(), "clicks", null, 1, 1);
      TestingOperator.await(
          operator
              .client()
              .resources(KinesisStream.class)
              .inNamespace(operator.namespaces().getLast())
              .withName("clicks"),
          stream -> TestingOperator.reason(stream).equals("ShardsOpen"));

      quota.delete();
      operator.awaitReady("orders", 1);
    }
  }
}
