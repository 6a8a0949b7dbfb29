// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.Shard;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of the cluster that KUBECONFIG names, with the custom resource definitions installed,
 * and gateways in this process. No operator runs: {@link #open} does its part.
 */
final class TestingNamespace implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name = "api-test-" + UUID.randomUUID().toString().substring(0, 8);
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final List<ClusterStreams> gateways = new ArrayList<>();

  TestingNamespace() {
    client
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  /** One more gateway. */
  ClusterStreams gateway() throws IOException {
    KubernetesClient its =
        new KubernetesClientBuilder()
            .editOrNewConfig()
            .withUserAgent(ManagedObject.FIELD_MANAGER + "/test")
            .endConfig()
            .build();
    ClusterStreams gateway =
        new ClusterStreams(
            its, name, "us-east-1", InstantSource.fixed(NOW), new Random(gateways.size()));
    gateways.add(gateway);
    return gateway;
  }

  Resource<KinesisStream> object(String stream) {
    return client.resources(KinesisStream.class).inNamespace(name).withName(stream);
  }

  /** The object as JSON. */
  ManagedObject json(String stream) {
    return ManagedObject.parse(
        client.raw(
            "/apis/millrace.dev/v1alpha1/namespaces/%s/kinesisstreams/%s".formatted(name, stream)));
  }

  /** A field of the object; null if it has none. */
  @Nullable Object spec(String stream, String... names) {
    @Nullable Object at = Json.map(json(stream).json().get("spec"));
    for (String field : names) {
      at = Json.map(at).get(field);
    }
    return at;
  }

  /** What {@code kubectl apply --server-side} does, or Argo CD. */
  KinesisStream applyAs(String manager, boolean force, String stream, String spec) {
    String manifest =
        """
        {"apiVersion": "millrace.dev/v1alpha1", "kind": "KinesisStream",
         "metadata": {"name": "%s"}, "spec": %s}
        """
            .formatted(stream, spec);
    return client
        .resources(KinesisStream.class)
        .inNamespace(name)
        .resource(client.getKubernetesSerialization().unmarshal(manifest, KinesisStream.class))
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(force)
                .build());
  }

  /** What {@code kubectl create} does. */
  void create(String stream, int shards) {
    KinesisStream manifest = TestingObjects.stream(stream, "", null, shards);
    manifest.setMetadata(new ObjectMetaBuilder().withName(stream).withNamespace(name).build());
    client.resource(manifest).create();
  }

  /** A new stream by CreateStream. */
  static StreamDefinition creating(String name, int shards, StreamSettings settings) {
    return StreamDefinition.creating(
        new StreamName(name), new StreamId(1), NOW.getEpochSecond(), settings, shards);
  }

  /** Does the operator's work: the object's shards are open, and its spec is observed. */
  KinesisStream open(String stream, int shards) {
    KinesisStream object = object(stream).get();
    StreamId id = StreamId.of(UUID.fromString(object.getMetadata().getUid()));
    for (int index = 0; index < shards; index++) {
      Shard shard = TestingObjects.shard(object, index, shards, null);
      shard.getMetadata().setName(stream + "-" + index);
      // A Shard cannot be changed, so another one takes its name.
      client.resources(Shard.class).inNamespace(name).resource(shard).delete();
      client.resources(Shard.class).inNamespace(name).resource(shard).create();
    }
    KinesisStreamStatus status =
        new KinesisStreamStatus(
            object.getMetadata().getGeneration(),
            null,
            "ACTIVE",
            id.toString(),
            object.getMetadata().getUid(),
            TestingObjects.SECOND,
            shards,
            0,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    return object(stream)
        .editStatus(
            (UnaryOperator<KinesisStream>)
                is -> {
                  is.setStatus(status);
                  return is;
                });
  }

  /** Opens a stream, and waits until a gateway shows that. */
  CatalogueEntry active(ClusterStreams gateway, String stream, int shards) {
    open(stream, shards);
    StreamName streamName = new StreamName(stream);
    await(
        () ->
            gateway
                .find(streamName)
                .filter(entry -> entry.definition().status() == StreamStatus.ACTIVE)
                .isPresent());
    return gateway.find(streamName).orElseThrow();
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not so after " + PATIENCE);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Replaces a stream, as a call does that has seen this entry. */
  static Outcome replace(
      ClusterStreams gateway, CatalogueEntry entry, UnaryOperator<StreamDefinition> change) {
    return gateway
        .replace(
            entry.definition().name(),
            entry.revision(),
            Optional.of(change.apply(entry.definition())))
        .toCompletableFuture()
        .join();
  }

  /** Changes a stream as a call does: again if another has changed it meanwhile. */
  static void edit(ClusterStreams gateway, String stream, UnaryOperator<StreamDefinition> change) {
    StreamName streamName = new StreamName(stream);
    Outcome outcome;
    do {
      outcome = replace(gateway, gateway.find(streamName).orElseThrow(), change);
    } while (!(outcome instanceof Outcome.Replaced));
  }

  static UnaryOperator<StreamDefinition> setting(UnaryOperator<StreamSettings> change) {
    return stream -> stream.withSettings(change.apply(stream.settings()));
  }

  @Override
  public void close() {
    gateways.forEach(ClusterStreams::close);
    client.namespaces().withName(name).delete();
    client.close();
  }
}
