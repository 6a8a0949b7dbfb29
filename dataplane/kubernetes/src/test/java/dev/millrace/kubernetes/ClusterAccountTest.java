// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.stream.AccountSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The account settings of a namespace, shared by its gateways, on a real API server. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
class ClusterAccountTest {
  private static final Instant NOW = Instant.parse("2026-01-31T09:00:00Z");
  private static final AccountSettings COMMITTED = AccountSettings.NONE.enabled(NOW);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String namespace = "account-" + UUID.randomUUID().toString().substring(0, 8);
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private ClusterAccount account;

  @BeforeEach
  void start() {
    client
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(ClusterAccount.NAME)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
    account = new ClusterAccount(client, namespace, Runnable::run);
  }

  @AfterEach
  void stop() {
    account.close();
    client.namespaces().withName(namespace).delete();
    client.close();
  }

  private Resource<ConfigMap> map() {
    return client.configMaps().inNamespace(namespace).withName(ClusterAccount.NAME);
  }

  private static void await(ClusterAccount seen, AccountSettings wanted)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!seen.read().equals(wanted)) {
      assertThat(System.nanoTime()).as("it is %s", seen.read()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void whatOneGatewayChangesEveryGatewayReads() throws Exception {
    assertThat(account.read()).isEqualTo(AccountSettings.NONE);
    try (ClusterAccount other = new ClusterAccount(client, namespace, Runnable::run)) {
      assertThat(account.change(before -> before.enabled(NOW)).toCompletableFuture().join())
          .isEqualTo(COMMITTED);
      assertThat(account.read()).isEqualTo(COMMITTED);
      await(other, COMMITTED);
    }
    try (ClusterAccount started = new ClusterAccount(client, namespace, Runnable::run)) {
      assertThat(started.read()).isEqualTo(COMMITTED);
    }
  }

  @Test
  void aChangeIsDecidedAgainWhenAnotherGatewayWasFaster() throws Exception {
    try (ClusterAccount other = new ClusterAccount(client, namespace, Runnable::run)) {
      AtomicBoolean first = new AtomicBoolean(true);
      AccountSettings ended =
          new AccountSettings(Optional.of(NOW), Optional.of(NOW.plusSeconds(9)));
      account
          .change(
              before -> {
                if (first.getAndSet(false)) {
                  other.change(settings -> settings.enabled(NOW)).toCompletableFuture().join();
                }
                return before.equals(COMMITTED) ? ended : AccountSettings.NONE;
              })
          .toCompletableFuture()
          .join();
      assertThat(account.read()).isEqualTo(ended);
      await(other, ended);
    }
  }

  @Test
  void anUnreadableInstantIsNamedAndChangesNothing() throws Exception {
    account.change(before -> before.enabled(NOW)).toCompletableFuture().join();
    map().edit(is -> new ConfigMapBuilder(is).addToData(ClusterAccount.ENDS_AT, "soon").build());
    assertThatThrownBy(() -> account.change(is -> is.enabled(NOW)).toCompletableFuture().join())
        .hasMessageContaining("commitmentEndsAt of the ConfigMap millrace-account is 'soon'");
    assertThat(account.read()).isEqualTo(COMMITTED);
    map().edit(is -> new ConfigMapBuilder(is).withData(Map.of()).build());
    await(account, AccountSettings.NONE);
  }

  @Test
  void aMissingConfigMapIsNamed() {
    map().delete();
    assertThatThrownBy(() -> account.change(is -> is.enabled(NOW)).toCompletableFuture().join())
        .hasMessageContaining(
            "the ConfigMap millrace-account, which the chart creates, is missing");
  }
}
