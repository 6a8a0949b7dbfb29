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
  void whatTheApiServerRejectsIsShownAndTheStreamComesUpWhenItAllowsIt() {
    try (TestingOperator operator = new TestingOperator(2)) {
      Resource<ResourceQuota> quota = limit(operator, "no-services", "services", "0");
      operator.create("orders", null, 1, 1);
      TestingOperator.await(
          operator.stream("orders"),
          stream ->
              TestingOperator.ready(stream)
                  .map(Condition::message)
                  .filter(message -> message.contains("could not apply Service orders"))
                  .filter(message -> message.contains("exceeded quota: no-services"))
                  .isPresent());

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

  @Test
  void nothingIsMadeWhereAQuotaHasNoRoomAndTheStreamComesUpWhenItIsRaised() {
    try (TestingOperator operator = new TestingOperator(1)) {
      Resource<ResourceQuota> quota = limit(operator, "team", "count/shards.millrace.dev", "1");
      operator.create("orders", null, 2, 2);
      KinesisStream rejected =
          TestingOperator.await(
              operator.stream("orders"),
              stream -> TestingOperator.reason(stream).equals("QuotaExceeded"));
      assertThat(TestingOperator.ready(rejected).map(Condition::message).orElse(""))
          .isEqualTo("ResourceQuota team: count/shards.millrace.dev: 2 more needed, 0 of 1 used");
      assertThat(operator.shards("orders")).isEmpty();
      assertThat(operator.statefulSets("orders")).isEmpty();
      operator.awaitEvent("orders", "QuotaExceeded");
      quota.delete();
      // An event, so that the test need not wait for the next look.
      operator.retain("orders", 48);
      operator.awaitReady("orders", 2);
    }
  }

  private static Resource<ResourceQuota> limit(
      TestingOperator operator, String name, String resource, String most) {
    Resource<ResourceQuota> quota =
        operator
            .client()
            .resourceQuotas()
            .inNamespace(operator.namespace())
            .resource(
                new ResourceQuotaBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .endMetadata()
                    .withNewSpec()
                    .addToHard(resource, new Quantity(most))
                    .endSpec()
                    .build());
    quota.create();
    TestingOperator.await(
        quota,
        found ->
            found.getStatus() != null
                && found.getStatus().getUsed() != null
                && found.getStatus().getUsed().containsKey(resource));
    return quota;
  }
}
