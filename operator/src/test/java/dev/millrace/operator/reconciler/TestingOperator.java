// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamSpec.Placement;
import dev.millrace.crds.KinesisStreamSpec.Replication;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.Shard;
import dev.millrace.crds.StreamStorage;
import dev.millrace.operator.act.AccessKeyGenerator;
import dev.millrace.operator.act.InstallationAuthority;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.pods.BoundedCalls;
import dev.millrace.operator.pods.RememberedReports;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.StreamIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The operator in this process, over namespaces of its own in the cluster that KUBECONFIG names.
 * The image of the shard pods does not exist: {@link TestingShardPods} answers in their place.
 */
final class TestingOperator implements AutoCloseable {
  private static final long PATIENCE_SECONDS = Long.getLong("millrace.patience.seconds", 90);

  /** How long keys of users spread, in tests. */
  static final Duration SPREADING = Duration.ofSeconds(2);

  private final List<String> namespaces;
  private final TestingShardPods pods;
  private final PodNotices notices = new PodNotices();
  private final boolean ownsNamespaces;
  private final BoundedCalls calls = new BoundedCalls(Wiring.MOST_CALLS);
  private final ApiCallCounter apiCalls = new ApiCallCounter();
  private final KubernetesClient client = client(apiCalls);
  private final InstantSource time = InstantSource.system();
  private final Operator operator;

  /**
   * Starts it.
   *
   * @param count namespaces
   */
  TestingOperator(int count) {
    this(created(count), new TestingShardPods(), true, Optional.empty());
    operator.start();
  }

  private static KubernetesClient client(ApiCallCounter counter) {
    ObjectMapper mapper = new ObjectMapper();
    new LeanObjects().customize(mapper);
    return new KubernetesClientBuilder()
        .withKubernetesSerialization(new KubernetesSerialization(mapper, true))
        .withHttpClientBuilderConsumer(builder -> builder.addOrReplaceInterceptor("calls", counter))
        .build();
  }

  /** What the operator, and the test by the same client, ask of the API server. */
  ApiCallCounter apiCalls() {
    return apiCalls;
  }

  private static List<String> created(int count) {
    String run = UUID.randomUUID().toString().substring(0, 8);
    List<String> names =
        IntStream.range(0, count).mapToObj(index -> "op-test-" + run + "-" + index).toList();
    try (KubernetesClient creator = new KubernetesClientBuilder().build()) {
      for (String name : names) {
        creator
            .namespaces()
            .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
            .create();
      }
    }
    return names;
  }

  /** One of several operators of a namespace; call {@link #elect}. */
  static TestingOperator candidate(String identity) {
    return new TestingOperator(created(1), new TestingShardPods(), true, Optional.of(identity));
  }

  /** Another operator of the same namespace; call {@link #elect}. */
  TestingOperator rival(String identity) {
    return new TestingOperator(namespaces, pods, false, Optional.of(identity));
  }

  /** Takes part in the election. */
  void elect() {
    operator.start();
  }

  private TestingOperator(
      List<String> namespaces,
      TestingShardPods pods,
      boolean ownsNamespaces,
      Optional<String> identity) {
    this.namespaces = namespaces;
    this.pods = pods;
    this.ownsNamespaces = ownsNamespaces;
    this.operator =
        new Operator(
            overrider -> {
              overrider
                  .withKubernetesClient(client(apiCalls))
                  .checkingCRDAndValidateLocalModel(false);
              identity.ifPresent(
                  name ->
                      overrider.withLeaderElectionConfiguration(
                          new OperatorLease(() -> {}).configuration(namespaces.getFirst(), name)));
            });
    OperatorSettings settings =
        OperatorSettings.of(
            Map.of(
                "MILLRACE_SHARD_IMAGE", "millrace.invalid/absent:1",
                "MILLRACE_SHARD_IMAGE_PULL_POLICY", "Never"));
    RememberedReports reports = new RememberedReports(pods, time);
    operator.register(
        new KinesisStreamReconciler(
            settings,
            client,
            reports,
            calls,
            notices,
            new InstallationAuthority(client, namespaces.getFirst(), time),
            time),
        overrider -> overrider.settingNamespaces(Set.copyOf(namespaces)));
    operator.register(
        new StreamConsumerReconciler(settings, reports, time),
        overrider -> overrider.settingNamespaces(Set.copyOf(namespaces)));
    operator.register(
        new StreamUserReconciler(
            settings, client, time, new AccessKeyGenerator(new SecureRandom()::nextInt), SPREADING),
        overrider -> overrider.settingNamespaces(Set.copyOf(namespaces)));
  }

  @Override
  public void close() {
    if (ownsNamespaces) {
      namespaces.forEach(name -> client.namespaces().withName(name).delete());
    }
    operator.stop();
    calls.close();
    client.close();
  }

  /** The operator goes; what asks the API server stays. */
  void stop() {
    operator.stop();
  }

  KubernetesClient client() {
    return client;
  }

  TestingShardPods pods() {
    return pods;
  }

  String namespace() {
    return namespaces.getFirst();
  }

  List<String> namespaces() {
    return namespaces;
  }

  Resource<KinesisStream> stream(String name) {
    return client.resources(KinesisStream.class).inNamespace(namespace()).withName(name);
  }

  void create(String name, @Nullable String streamName, int shardCount, int perPod) {
    create(namespace(), name, streamName, shardCount, perPod);
  }

  void create(
      String namespace, String name, @Nullable String streamName, int shardCount, int perPod) {
    create(namespace, name, streamName, shardCount, perPod, 1);
  }

  /** A stream whose shards have pods of their own. */
  void createReplicated(String name, int shardCount, int replicas) {
    create(namespace(), name, null, shardCount, 1, replicas);
  }

  private void create(
      String namespace,
      String name,
      @Nullable String streamName,
      int shardCount,
      int perPod,
      int replicas) {
    KinesisStream stream = new KinesisStream();
    stream.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    stream.setSpec(
        new KinesisStreamSpec(
            streamName,
            null,
            shardCount,
            null,
            null,
            null,
            null,
            null,
            new Replication(replicas),
            null,
            new Placement(perPod, null),
            null,
            null,
            null,
            null,
            null,
            null));
    client.resource(stream).create();
  }

  /** A pod of a stream gives notice of what it reports. */
  void giveNotice(String stream) {
    notices.received(new ResourceID(stream, namespace()));
  }

  /** Edits the manifest. */
  void retain(String name, int hours) {
    stream(name)
        .edit(
            (UnaryOperator<KinesisStream>)
                stream -> {
                  stream.setSpec(retaining(stream.getSpec(), hours));
                  return stream;
                });
  }

  /** Changes fields of the spec. */
  void patch(String name, String spec) {
    stream(name).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
  }

  /** Waits for an Event of a stream. */
  void awaitEvent(String stream, String reason) {
    client
        .v1()
        .events()
        .inNamespace(namespace())
        .withField("involvedObject.name", stream)
        .informOnCondition(
            events -> events.stream().anyMatch(event -> reason.equals(event.getReason())))
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  List<PersistentVolumeClaim> volumeClaims(String stream) {
    return client
        .persistentVolumeClaims()
        .inNamespace(namespace())
        .withLabel("millrace.dev/stream", stream)
        .list()
        .getItems();
  }

  Resource<StreamStorage> storage(String name) {
    return client.resources(StreamStorage.class).inNamespace(namespace()).withName(name);
  }

  /** Changes the number of shards. */
  void scale(String name, int shards) {
    stream(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"shardCount\":%d}}".formatted(shards));
  }

  static KinesisStreamSpec retaining(KinesisStreamSpec spec, int hours) {
    return new KinesisStreamSpec(
        spec.streamName(),
        spec.streamModeDetails(),
        spec.shardCount(),
        spec.reshardRequest(),
        hours,
        spec.maxRecordSizeInKiB(),
        spec.tags(),
        spec.deletionPolicy(),
        spec.replication(),
        spec.storage(),
        spec.placement(),
        spec.limits(),
        spec.streamEncryption(),
        spec.desiredShardLevelMetrics(),
        spec.resourcePolicy(),
        spec.warmThroughputMiBps(),
        spec.recordDistributionStrategy());
  }

  KinesisStream awaitReady(String name, long generation) {
    return await(
        stream(name),
        stream ->
            ready(stream)
                .filter(
                    ready ->
                        ready.status().equals("True")
                            && Objects.equals(ready.observedGeneration(), generation))
                .isPresent());
  }

  static Optional<Condition> ready(KinesisStream stream) {
    return Optional.ofNullable(stream.getStatus())
        .map(KinesisStreamStatus::conditions)
        .orElse(List.of())
        .stream()
        .filter(condition -> condition.type().equals("Ready"))
        .findFirst();
  }

  static String reason(KinesisStream stream) {
    return ready(stream).map(Condition::reason).orElse("");
  }

  /** Waits until something is there and is so. */
  static <T> T await(Resource<T> resource, Predicate<T> condition) {
    return resource.waitUntilCondition(
        found -> found != null && condition.test(found), PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  <T extends HasMetadata> void awaitGone(
      MixedOperation<T, ?, ? extends Resource<T>> kind, String name) {
    kind.inNamespace(namespace())
        .withName(name)
        .waitUntilCondition(Objects::isNull, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  ResourceNames names(KinesisStream stream) {
    return new ResourceNames(
        new StreamIdentity(
            stream.getMetadata().getNamespace(),
            stream.getMetadata().getName(),
            stream.getMetadata().getUid()));
  }

  Resource<Shard> shard(String name) {
    return client.resources(Shard.class).inNamespace(namespace()).withName(name);
  }

  List<Shard> shards(String stream) {
    return client
        .resources(Shard.class)
        .inNamespace(namespace())
        .withLabel("millrace.dev/stream", stream)
        .list()
        .getItems();
  }

  List<StatefulSet> statefulSets(String stream) {
    return client
        .apps()
        .statefulSets()
        .inNamespace(namespace())
        .withLabel("millrace.dev/stream", stream)
        .list()
        .getItems();
  }
}
