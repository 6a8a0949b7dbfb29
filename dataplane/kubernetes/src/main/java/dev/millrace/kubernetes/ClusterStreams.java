// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.limit.LimitsProfile;
import dev.millrace.core.limit.ShardCountLimits;
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.Shard;
import dev.millrace.crds.StreamConsumer;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The streams of one namespace, kept in its custom resources: catalogue and routes of a gateway.
 * Reads are served from a watched cache; changes are written to the Kubernetes API under a field
 * manager of their own.
 */
public final class ClusterStreams implements StreamCatalogue, AutoCloseable {
  /** The API server uses the part before the slash as the field manager of a creation. */
  private static final String USER_AGENT = ManagedObject.FIELD_MANAGER + "/v1alpha1";

  /** Objects in one answer of the API server when a watch begins. */
  private static final long PAGE_OBJECTS = 250;

  private static final int WRITERS = 4;
  private static final int WRITES_WAITING = 1024;
  private static final long IDLE_SECONDS = 60;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final int INVALID = 422;

  private final KubernetesClient client;
  private final String namespace;
  private final InstantSource clock;
  private final StreamView view;
  private final ConsumerWriter consumerWriter;
  private final SharedIndexInformer<KinesisStream> streams;
  private final SharedIndexInformer<Shard> shards;
  private final SharedIndexInformer<StreamConsumer> consumers;
  private final ClusterAccount account;
  private final ThreadPoolExecutor writers;
  private final StreamPatches patches;

  /**
   * Watches a namespace. Returns when the cache is complete.
   *
   * @param region part of ARNs
   * @param clock when UpdateShardCount is called
   * @param random ids of requests
   * @throws IOException with a one-line message if the API server cannot be reached or does not
   *     allow it
   */
  public ClusterStreams(
      String namespace, String region, InstantSource clock, RandomGenerator random)
      throws IOException {
    this(
        new KubernetesClientBuilder()
            .editOrNewConfig()
            .withUserAgent(USER_AGENT)
            .endConfig()
            .build(),
        namespace,
        region,
        clock,
        random);
  }

  ClusterStreams(
      KubernetesClient client,
      String namespace,
      String region,
      InstantSource clock,
      RandomGenerator random)
      throws IOException {
    this.clock = clock;
    this.patches = new StreamPatches(client, clock, random);
    this.view = new StreamView(region);
    this.consumerWriter = new ConsumerWriter(client, view);
    this.client = client;
    this.namespace = namespace;
    this.writers =
        new ThreadPoolExecutor(
            WRITERS,
            WRITERS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WRITES_WAITING),
            Thread.ofPlatform().daemon().name("kubernetes-", 0).factory());
    writers.allowCoreThreadTimeOut(true);
    try {
      shards = watch(Shard.class, new InformerHandler<>(view::accept, view::remove));
      consumers = watch(StreamConsumer.class, new InformerHandler<>(view::accept, view::remove));
      streams = watch(KinesisStream.class, new InformerHandler<>(view::accept, view::remove));
      account = new ClusterAccount(client, namespace, writers);
    } catch (KubernetesClientException e) {
      client.close();
      throw new IOException(
          "the streams and the account settings of namespace %s cannot be watched: %s"
              .formatted(namespace, e.getMessage()),
          e);
    }
  }

  private <T extends HasMetadata> SharedIndexInformer<T> watch(
      Class<T> kind, InformerHandler<T> handler) {
    return client.resources(kind).inNamespace(namespace).withLimit(PAGE_OBJECTS).inform(handler);
  }

  /** Whether the watches are established. */
  public boolean isWatching() {
    return streams.isWatching()
        && shards.isWatching()
        && consumers.isWatching()
        && account.isWatching();
  }

  /** The account settings of the namespace. */
  public AccountStore account() {
    return account;
  }

  @Override
  public SortedMap<StreamName, CatalogueEntry> streams() {
    return view.entries();
  }

  @Override
  public Optional<CatalogueEntry> find(StreamName name) {
    return view.find(name).map(StreamView.CachedStream::entry);
  }

  @Override
  public boolean mayLag() {
    return true;
  }

  /** The addresses of the pod that leads a shard as {@code host:port}, the likeliest first. */
  public List<String> routes(ShardRef shard) {
    return view.routes(shard);
  }

  @Override
  public CompletionStage<Outcome> create(StreamDefinition definition) {
    return write(definition.name(), 0, Optional.of(definition));
  }

  @Override
  public CompletionStage<Outcome> replace(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition) {
    return write(name, expectedRevision, definition);
  }

  private CompletionStage<Outcome> write(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition) {
    try {
      return CompletableFuture.supplyAsync(
          () -> writeNow(name, expectedRevision, definition), writers);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedStage(
          new LogRefusedException(Reason.QUEUE_FULL, "too many changes of streams are waiting", e));
    }
  }

  private Outcome writeNow(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition) {
    Optional<StreamView.CachedStream> seen = view.find(name);
    long found = seen.map(s -> s.entry().revision()).orElse(0L);
    if (found != expectedRevision) {
      return new Outcome.RevisionConflict(found);
    }
    try {
      if (seen.isEmpty()) {
        return createNow(definition.orElseThrow());
      }
      if (definition.isEmpty() || definition.get().status() == StreamStatus.DELETING) {
        return delete(seen.get().object());
      }
      if (!definition.get().consumers().equals(seen.get().entry().definition().consumers())) {
        return consumerWriter.write(seen.get(), definition.get());
      }
      return changeNow(seen.get(), definition.get());
    } catch (KubernetesClientException e) {
      throw failure(e);
    }
  }

  /**
   * Changes an object by a patch that applies only to what has been read just now. If that is not
   * what the caller has seen, the view holds it afterwards, and the caller decides again.
   */
  private Outcome changeNow(StreamView.CachedStream seen, StreamDefinition definition) {
    Optional<ManagedObject> read = patches.read(seen.object());
    if (read.isEmpty()) {
      view.remove(seen.object());
      return new Outcome.RevisionConflict(0);
    }
    KinesisStream object = patches.typed(read.get());
    view.accept(object);
    CatalogueEntry now = view.find(definition.name()).orElse(seen).entry();
    if (!isBasisOf(definition, now.definition()) || now.revision() != seen.entry().revision()) {
      return new Outcome.RevisionConflict(now.revision());
    }
    if (!definition.consumers().equals(now.definition().consumers())) {
      throw new LogRefusedException(
          Reason.NOT_LEADER, "this version has no consumers on a cluster", null);
    }
    Optional<KinesisStream> changed = patches.apply(read.get(), now.definition(), definition);
    changed.ifPresent(view::accept);
    return changed
        .<Outcome>map(is -> new Outcome.Replaced(is.getMetadata().getGeneration()))
        .orElse(new Outcome.RevisionConflict(now.revision()));
  }

  /** Whether a call that has seen this stream can want that one. */
  private static boolean isBasisOf(StreamDefinition wanted, StreamDefinition seen) {
    StreamStatus status =
        wanted.reshard().isPresent() && seen.reshard().isEmpty()
            ? StreamStatus.ACTIVE
            : wanted.status();
    return seen.id().equals(wanted.id())
        && seen.status() == status
        && seen.shape().equals(wanted.shape());
  }

  /** What limits the calls of UpdateShardCount for a stream. */
  public ShardCountLimits shardCountLimits(StreamName name) {
    return view.find(name)
        .map(seen -> limits(seen.object()))
        .orElse(new ShardCountLimits(LimitsProfile.NONE, 0));
  }

  private ShardCountLimits limits(KinesisStream object) {
    KinesisStreamSpec.Limits limits = object.getSpec().limits();
    boolean isNone = limits != null && limits.profile() == KinesisStreamSpec.LimitsProfileName.NONE;
    return new ShardCountLimits(
        isNone ? LimitsProfile.NONE : LimitsProfile.AWS,
        ShardCountCalls.of(object.getMetadata().getAnnotations(), clock.instant().getEpochSecond())
            .seconds()
            .size());
  }

  private Outcome createNow(StreamDefinition definition) {
    try {
      KinesisStream created = client.resource(ManifestWriter.of(definition, namespace)).create();
      view.accept(created);
      return new Outcome.Replaced(created.getMetadata().getGeneration());
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        return new Outcome.RevisionConflict(1);
      }
      throw e;
    }
  }

  /**
   * Deletes in the foreground, so that the stream is shown as DELETING until everything it owns is
   * gone.
   */
  private Outcome delete(KinesisStream object) {
    DeleteOptions options =
        new DeleteOptionsBuilder()
            .withPropagationPolicy("Foreground")
            .withNewPreconditions(null, object.getMetadata().getUid())
            .build();
    String path =
        "/apis/%s/%s/namespaces/%s/kinesisstreams/%s"
            .formatted(Api.GROUP, Api.VERSION, namespace, object.getMetadata().getName());
    try {
      client.raw(path, "DELETE", options);
      KinesisStream left =
          client
              .resources(KinesisStream.class)
              .inNamespace(namespace)
              .withName(object.getMetadata().getName())
              .get();
      if (left == null) {
        view.remove(object);
      } else {
        view.accept(left);
      }
      return new Outcome.Replaced(object.getMetadata().getGeneration());
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT || e.getCode() == NOT_FOUND) {
        return new Outcome.RevisionConflict(0);
      }
      throw e;
    }
  }

  /** Only a rejection by the API server proves that the change was not made. */
  static LogRefusedException failure(KubernetesClientException e) {
    if (e.getCode() == INVALID) {
      return new LogRefusedException(
          Reason.NOT_ALLOWED, String.valueOf(e.getStatus().getMessage()), e);
    }
    boolean isRejected = e.getCode() >= 400 && e.getCode() < 500;
    return new LogRefusedException(
        isRejected ? Reason.NOT_LEADER : Reason.UNKNOWN_OUTCOME,
        "the Kubernetes API answered: " + e.getMessage(),
        e);
  }

  @Override
  public void close() {
    streams.close();
    shards.close();
    consumers.close();
    account.close();
    writers.shutdown();
    client.close();
  }
}
