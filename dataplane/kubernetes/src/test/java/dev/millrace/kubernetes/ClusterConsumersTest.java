// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerSpec;
import dev.millrace.crds.StreamConsumerSpec.StreamRef;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Consumers by the API and by manifests, on a real API server that knows our definitions. */
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
class ClusterConsumersTest {
  private static final StreamName ORDERS = new StreamName("orders");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String namespace = "consumers-" + UUID.randomUUID().toString().substring(0, 8);
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private ClusterStreams streams;

  @BeforeEach
  void start() throws Exception {
    client
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    KinesisStream stream = TestingObjects.stream("orders", "", null, 1);
    stream.setMetadata(new ObjectMetaBuilder().withName("orders").withNamespace(namespace).build());
    client.resource(stream).create();
    streams =
        new ClusterStreams(
            new KubernetesClientBuilder().build(),
            namespace,
            "us-east-1",
            InstantSource.system(),
            new Random(1));
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (streams.find(ORDERS).isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @AfterEach
  void stop() {
    streams.close();
    client.namespaces().withName(namespace).delete();
    client.close();
  }

  private static ConsumerDefinition consumer(String name) {
    return new ConsumerDefinition(
        name, 1, ConsumerStatus.CREATING, new TreeMap<>(Map.of("team", "a")), Optional.empty());
  }

  private Outcome change(UnaryOperator<StreamDefinition> change) {
    CatalogueEntry entry = streams.find(ORDERS).orElseThrow();
    return streams
        .replace(ORDERS, entry.revision(), Optional.of(change.apply(entry.definition())))
        .toCompletableFuture()
        .join();
  }

  private Optional<ConsumerDefinition> find(String name) {
    return Optional.ofNullable(
        streams.find(ORDERS).orElseThrow().definition().consumers().get(name));
  }

  private ConsumerDefinition found(String name) {
    return find(name).orElseThrow();
  }

  private void await(String name, Predicate<ConsumerDefinition> wanted)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (find(name).filter(wanted).isEmpty()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("within " + PATIENCE + " it only was " + find(name));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private Resource<StreamConsumer> object(String name) {
    return client.resources(StreamConsumer.class).inNamespace(namespace).withName(name);
  }

  private StreamConsumer apply(String name, String consumer, @Nullable Map<String, String> tags) {
    StreamConsumer manifest = new StreamConsumer();
    manifest.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    manifest.setSpec(new StreamConsumerSpec(new StreamRef("orders"), null, consumer, tags, null));
    return client.resource(manifest).fieldManager("argocd").serverSideApply();
  }

  @Test
  void whatTheApiRegistersIsAnObjectThatItsStreamOwnsUntilItIsDeregistered() throws Exception {
    assertThat(change(stream -> stream.withConsumer(consumer("Fraud"))))
        .isInstanceOf(Outcome.Replaced.class);
    ConsumerDefinition seen = found("Fraud");
    StreamConsumer made = object(ConsumerManifests.names(streamObject(), "Fraud").getFirst()).get();
    assertThat(made.getSpec().streamRef()).isEqualTo(new StreamRef("orders"));
    assertThat(made.getSpec().tags()).isEqualTo(Map.of("team", "a"));
    assertThat(made.getMetadata().getOwnerReferences())
        .extracting(owner -> owner.getUid())
        .containsExactly(streamObject().getMetadata().getUid());
    assertThat(made.getMetadata().getManagedFields().getFirst().getManager())
        .isEqualTo("millrace-api");

    assertThat(change(stream -> stream.withConsumer(seen.withStatus(ConsumerStatus.DELETING))))
        .isInstanceOf(Outcome.Replaced.class);
    assertThat(object(made.getMetadata().getName()).get()).isNull();
    assertThat(find("Fraud")).isEmpty();
  }

  private KinesisStream streamObject() {
    return client.resources(KinesisStream.class).inNamespace(namespace).withName("orders").get();
  }

  @Test
  void aCallThatHasNotSeenAnothersConsumerDecidesAgain() {
    CatalogueEntry before = streams.find(ORDERS).orElseThrow();
    change(stream -> stream.withConsumer(consumer("a")));
    Outcome outcome =
        streams
            .replace(
                ORDERS,
                before.revision(),
                Optional.of(before.definition().withConsumer(consumer("b"))))
            .toCompletableFuture()
            .join();
    assertThat(outcome).isInstanceOf(Outcome.RevisionConflict.class);
    assertThat(find("a")).isPresent();
  }

  @Test
  void anObjectOfAnotherConsumerWithTheSameNameIsLeftAlone() throws Exception {
    apply("orders-c", "another", null);
    await("another", is -> true);
    change(stream -> stream.withConsumer(consumer("c")));
    assertThat(find("c")).isPresent();
    assertThat(object("orders-c").get().getSpec().consumerName()).isEqualTo("another");
  }

  @Test
  void everyIncarnationOfAConsumerHasAnotherArn() {
    Set<Long> seconds = new HashSet<>();
    int refused = 0;
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (seconds.size() < 5) {
      assertThat(System.nanoTime()).isLessThan(end);
      try {
        Outcome registered = change(stream -> stream.withConsumer(consumer("c")));
        if (registered instanceof Outcome.Replaced) {
          assertThat(seconds.add(found("c").creationSecond())).isTrue();
          change(stream -> stream.withConsumer(found("c").withStatus(ConsumerStatus.DELETING)));
        }
      } catch (CompletionException e) {
        assertThat(e).hasCauseInstanceOf(LogRefusedException.class);
        refused++;
      }
    }
    assertThat(refused).as("some fell into the second of the one before").isPositive();
  }

  @Test
  void tagsOfTheApiAndOfAManifestStandSideBySide() throws Exception {
    apply("by-git", "c", Map.of("team", "a"));
    await("c", is -> true);
    tag(Map.of("team", "a", "env", "b"));
    tag(Map.of("team", "a", "env", "c", "cost", "1"));
    apply("by-git", "c", Map.of("team", "z"));
    await("c", is -> is.tags().equals(Map.of("team", "z", "env", "c", "cost", "1")));
    tag(Map.of("team", "z", "env", "c"));
    assertThat(object("by-git").get().getSpec().tags()).isEqualTo(Map.of("team", "z", "env", "c"));
    for (Map<String, String> tags : List.of(Map.of("team", "y"), Map.of("env", "c"))) {
      assertThatThrownBy(() -> tag(tags))
          .hasCauseInstanceOf(LogRefusedException.class)
          .hasMessageContaining("spec.tags.team")
          .hasMessageContaining("argocd");
    }
  }

  @Test
  void whatTheApiRegisteredTheApiMayChange() {
    change(stream -> stream.withConsumer(consumer("c")));
    tag(Map.of("team", "b"));
    assertThat(found("c").tags()).isEqualTo(Map.of("team", "b"));
    change(stream -> stream.withConsumer(found("c").withPolicy(Optional.of("{}"))));
    tag(Map.of());
    StreamConsumer object = object("orders-c").get();
    assertThat(object.getSpec())
        .isEqualTo(new StreamConsumerSpec(new StreamRef("orders"), null, "c", null, "{}"));
    assertThat(object.getMetadata().getOwnerReferences()).hasSize(1);
  }

  private void tag(Map<String, String> tags) {
    assertThat(change(stream -> stream.withConsumer(found("c").withTags(new TreeMap<>(tags)))))
        .isInstanceOf(Outcome.Replaced.class);
  }
}
