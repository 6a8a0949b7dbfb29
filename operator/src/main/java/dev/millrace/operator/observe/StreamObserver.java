// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.report.PodReport;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamNameClaim;
import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.StreamStorage;
import dev.millrace.operator.observe.ObservedStream.ExistingObject;
import dev.millrace.operator.observe.ObservedStream.Ownership;
import dev.millrace.operator.pods.BoundedCalls;
import dev.millrace.operator.pods.PodAddress;
import dev.millrace.operator.pods.ShardPods;
import dev.millrace.operator.resource.CreationHistory;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.ShardLayout;
import dev.millrace.operator.resource.StreamIdentity;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Observes a stream: reads the caches, asks its pods for reports, and asks the API server about
 * names that seem to be free. It never writes. Calls block; any thread may call.
 */
public final class StreamObserver {
  /**
   * Maximum number of names that one pass looks up. Only what was looked up is created, so this
   * also bounds the pass over a large new stream.
   */
  public static final int MOST_LOOKUPS = 256;

  /** Phases in which the address of a pod may already belong to another pod. */
  private static final Set<String> ENDED = Set.of("Failed", "Succeeded");

  private final ShardPods pods;
  private final BoundedCalls calls;

  public StreamObserver(ShardPods pods, BoundedCalls calls) {
    this.pods = pods;
    this.calls = calls;
  }

  /** The current state of a stream. */
  public ObservedStream observe(KinesisStream stream, StreamCaches caches) {
    StreamIdentity identity = identity(stream);
    Optional<KinesisStreamStatus> status = Optional.ofNullable(stream.getStatus());
    ObservedStream bare =
        new ObservedStream(
            identity,
            stream.getMetadata().getGeneration(),
            stream.getMetadata().getResourceVersion(),
            creation(stream),
            stream.getMetadata().getDeletionTimestamp() != null,
            Optional.ofNullable(stream.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(Api.ACCEPT_LOSS)),
            stream.getSpec(),
            status,
            Optional.empty(),
            rivals(identity, caches.claimants()),
            Optional.empty(),
            RegisteredConsumers.of(caches.consumers()),
            List.of(),
            Map.of(),
            Map.of(),
            List.of(),
            caches.repaired(),
            caches.failures());
    boolean isNothingToDo =
        bare.deleting() || bare.request().problem().isPresent() || bare.otherHolder().isPresent();
    return isNothingToDo ? with(bare, shown(bare), Optional.empty()) : observeStorage(bare, caches);
  }

  private ObservedStream observeStorage(ObservedStream bare, StreamCaches caches) {
    StreamIdentity identity = bare.identity();
    Optional<ObservedStorage> storage =
        caches
            .storage()
            .or(
                () ->
                    caches
                        .lookup()
                        .find(StreamStorage.class, identity.namespace(), identity.name()))
            .map(ObservedStorage::of);
    StorageClaim claim =
        StorageClaim.of(identity, bare.request().name(), bare.ownStatus(), storage);
    if (claim instanceof StorageClaim.Held(ObservedStorage held)) {
      StreamIdentity holder =
          identity.with(StreamId.parse(held.spec().streamId()).orElse(identity.streamId()));
      return observeParts(with(bare, holder, storage), held, caches);
    }
    return with(bare, shown(bare), storage);
  }

  /** With the id that its status shows. */
  private static StreamIdentity shown(ObservedStream bare) {
    return bare.ownStatus()
        .map(KinesisStreamStatus::streamId)
        .flatMap(StreamId::parse)
        .map(bare.identity()::with)
        .orElse(bare.identity());
  }

  private ObservedStream observeParts(
      ObservedStream bare, ObservedStorage storage, StreamCaches caches) {
    StreamIdentity identity = bare.identity();
    Owners owners = new Owners(identity, storage.uid());
    List<ObservedShard> shards =
        caches.shards().stream()
            .filter(owners::own)
            .map(StreamObserver::observed)
            .sorted(Comparator.comparing(shard -> shard.spec().shardId()))
            .toList();
    ObservedStream known =
        with(
            bare,
            identity,
            bare.storage(),
            recordedSecond(bare, caches.lookup()),
            shards,
            Map.of(),
            Map.of(),
            List.of());
    if (known.creationSecond().isEmpty()) {
      return known;
    }
    DesiredStream desired =
        DesiredStream.of(identity, bare.spec(), known.creationSecond().get(), storage.spec());
    ShardLayout layout = known.layout(desired);
    Map<ObjectKey, ExistingObject> existing = existing(owners, layout.keys(desired), caches);
    boolean mayMakeSomething =
        known.isAskingForOtherShards()
            || existing.values().stream().anyMatch(object -> object.ownership() == Ownership.NONE);
    return with(
        bare,
        identity,
        bare.storage(),
        known.recordedSecond(),
        shards,
        existing,
        reports(
            caches.pods(),
            caches.statefulSets(),
            ShardLayout.groupCounts(shards.stream().map(ObservedShard::spec).toList())),
        mayMakeSomething ? quotas(identity.namespace(), caches.lookup()) : List.of());
  }

  private static List<ObservedQuota> quotas(String namespace, StreamCaches.Lookup lookup) {
    return lookup.quotas(namespace).stream()
        .filter(ObservedQuota::isForAll)
        .map(ObservedQuota::of)
        .toList();
  }

  /** Without a look at what the stream has. */
  private static ObservedStream with(
      ObservedStream bare, StreamIdentity identity, Optional<ObservedStorage> storage) {
    return with(
        bare, identity, storage, Optional.empty(), List.of(), Map.of(), Map.of(), List.of());
  }

  private static ObservedStream with(
      ObservedStream bare,
      StreamIdentity identity,
      Optional<ObservedStorage> storage,
      Optional<Long> recordedSecond,
      List<ObservedShard> shards,
      Map<ObjectKey, ExistingObject> existing,
      Map<String, ObservedPod> pods,
      List<ObservedQuota> quotas) {
    return new ObservedStream(
        identity,
        bare.generation(),
        bare.resourceVersion(),
        bare.creation(),
        bare.deleting(),
        bare.acceptedLoss(),
        bare.spec(),
        bare.status(),
        storage,
        bare.rivals(),
        recordedSecond,
        bare.consumers(),
        shards,
        existing,
        pods,
        quotas,
        bare.repaired(),
        bare.failures());
  }

  /**
   * The history is read only while a stream is being created: afterwards its StreamStorage has the
   * second.
   */
  private static Optional<Long> recordedSecond(ObservedStream bare, StreamCaches.Lookup lookup) {
    if (bare.keptSecond().isPresent()) {
      return Optional.empty();
    }
    StreamIdentity identity = bare.identity();
    try {
      return lookup
          .find(ConfigMap.class, identity.namespace(), CreationHistory.NAME)
          .map(CreationHistory::of)
          .flatMap(history -> history.secondOf(bare.request().name(), identity.streamId()));
    } catch (IllegalArgumentException e) {
      // Recording fails in the same way and says so in the stream's conditions.
      return Optional.empty();
    }
  }

  private Map<ObjectKey, ExistingObject> existing(
      Owners owners, List<ObjectKey> needed, StreamCaches caches) {
    Map<ObjectKey, ExistingObject> cached =
        Stream.of(
                caches.services(),
                caches.volumeClaims(),
                caches.disruptionBudgets(),
                caches.statefulSets(),
                caches.shards())
            .flatMap(Collection::stream)
            .collect(Collectors.toMap(ObjectKey::of, owners::existing));
    Map<ObjectKey, ExistingObject> existing = new HashMap<>();
    List<ObjectKey> unseen =
        needed.stream().filter(key -> !cached.containsKey(key)).limit(MOST_LOOKUPS).toList();
    List<ExistingObject> found =
        calls.each(
            unseen,
            key ->
                lookUp(key, owners.identity().namespace(), caches.lookup())
                    .map(owners::existing)
                    .orElse(ExistingObject.NONE));
    for (int i = 0; i < unseen.size(); i++) {
      existing.put(unseen.get(i), found.get(i));
    }
    existing.putAll(cached);
    return existing;
  }

  private static Optional<? extends HasMetadata> lookUp(
      ObjectKey key, String namespace, StreamCaches.Lookup lookup) {
    return switch (key.kind()) {
      case ObjectKey.SERVICE -> lookup.find(Service.class, namespace, key.name());
      case ObjectKey.STATEFUL_SET -> lookup.find(StatefulSet.class, namespace, key.name());
      case ObjectKey.VOLUME_CLAIM ->
          lookup.find(PersistentVolumeClaim.class, namespace, key.name());
      case ObjectKey.DISRUPTION_BUDGET ->
          lookup.find(PodDisruptionBudget.class, namespace, key.name());
      // It is not watched: the operator need not see the Secrets of a cluster.
      case ObjectKey.SECRET -> lookup.find(Secret.class, namespace, key.name());
      case ObjectKey.SHARD -> lookup.find(Shard.class, namespace, key.name());
      default -> throw new IllegalArgumentException("no stream needs a " + key);
    };
  }

  /**
   * Asks all members of all groups.
   *
   * @param groups how many a shard set has, if it is more than one
   */
  private Map<String, ObservedPod> reports(
      Collection<Pod> seen, Collection<StatefulSet> statefulSets, Map<String, Integer> groups) {
    Map<String, String> revisions = new HashMap<>();
    statefulSets.forEach(
        set -> revision(set).ifPresent(of -> revisions.put(set.getMetadata().getName(), of)));
    List<PodAddress> members =
        seen.stream()
            .flatMap(
                pod ->
                    IntStream.range(0, groups.getOrDefault(shardSet(pod), 1))
                        .mapToObj(address(pod)::of))
            .toList();
    Iterator<Optional<PodReport>> reports = calls.each(members, pods::report).iterator();
    Map<String, List<Optional<PodReport>>> byPod = new HashMap<>();
    members.forEach(
        member ->
            byPod.computeIfAbsent(member.name(), pod -> new ArrayList<>()).add(reports.next()));
    return seen.stream()
        .map(
            pod ->
                observed(
                    pod, revisions, byPod.getOrDefault(pod.getMetadata().getName(), List.of())))
        .collect(Collectors.toMap(ObservedPod::name, Function.identity()));
  }

  private static String shardSet(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getLabels())
        .map(labels -> labels.get(Api.SHARD_SET_LABEL))
        .orElse("");
  }

  /** The revision that a StatefulSet wants its pods to be of, once its controller has seen it. */
  private static Optional<String> revision(StatefulSet set) {
    return Optional.ofNullable(set.getStatus())
        .filter(
            status ->
                Objects.equals(status.getObservedGeneration(), set.getMetadata().getGeneration()))
        .map(StatefulSetStatus::getUpdateRevision);
  }

  private static ObservedPod observed(
      Pod pod, Map<String, String> revisions, List<Optional<PodReport>> reports) {
    Map<String, String> labels =
        Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of());
    String wanted = revisions.get(shardSet(pod));
    return new ObservedPod(
        address(pod),
        reports.stream().findFirst().flatMap(Function.identity()),
        wanted == null || wanted.equals(labels.get("controller-revision-hash"))
            ? Optional.empty()
            : Optional.of(pod.getMetadata().getUid()),
        pod.getMetadata().getDeletionTimestamp() != null,
        reports.stream().skip(1).toList());
  }

  private static PodAddress address(Pod pod) {
    return new PodAddress(
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        Optional.ofNullable(pod.getStatus())
            .filter(status -> !ENDED.contains(status.getPhase()))
            .map(PodStatus::getPodIP));
  }

  private static ObservedShard observed(Shard shard) {
    return new ObservedShard(
        shard.getMetadata().getName(),
        shard.getMetadata().getResourceVersion(),
        shard.getSpec(),
        Optional.ofNullable(shard.getStatus()).orElse(ShardStatus.NONE));
  }

  private static List<StreamNameClaim> rivals(StreamIdentity self, List<KinesisStream> claimants) {
    return claimants.stream()
        .filter(claimant -> !claimant.getMetadata().getUid().equals(self.uid()))
        .map(
            claimant ->
                new StreamNameClaim(
                    claimant.getMetadata().getName(),
                    claimant.getMetadata().getUid(),
                    creation(claimant),
                    ConsumerObserver.holdsItsName(claimant)))
        .toList();
  }

  private static StreamIdentity identity(KinesisStream stream) {
    return new StreamIdentity(
        stream.getMetadata().getNamespace(),
        stream.getMetadata().getName(),
        stream.getMetadata().getUid());
  }

  private static Instant creation(KinesisStream stream) {
    return Instant.parse(stream.getMetadata().getCreationTimestamp());
  }
}
