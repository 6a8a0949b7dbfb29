// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamNameClaim;
import dev.millrace.core.stream.StreamRequest;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.KinesisStreamStatus.HandledRequest;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.StreamStorageSpec;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.ReshardTarget;
import dev.millrace.operator.resource.ShardLayout;
import dev.millrace.operator.resource.StreamIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything the planner knows about a stream: its desired and its actual state.
 *
 * @param identity the KinesisStream object
 * @param generation of its spec
 * @param resourceVersion of the object; a status that is computed from it replaces no other
 * @param creation {@code metadata.creationTimestamp}
 * @param deleting whether it is being deleted
 * @param acceptedLoss its annotation {@link dev.millrace.crds.Api#ACCEPT_LOSS}
 * @param spec its desired state
 * @param status its last written status; empty if there is none yet
 * @param storage the StreamStorage with the object's name
 * @param rivals claims of other KinesisStreams of the namespace on the same stream name
 * @param recordedSecond the creation second that the namespace's history has for this stream; empty
 *     if it has none, or if the StreamStorage already has one
 * @param consumers that are registered with it, in no order that matters
 * @param shards its Shard objects, in the order of their ids
 * @param existing the objects that exist under the names that the stream needs; a missing key was
 *     not looked up yet
 * @param pods its shard pods, by name
 * @param quotas the ResourceQuotas of its namespace, if something may have to be made
 * @param repaired objects that were repaired a short time ago, and are left as they are for now
 * @param failures what failed in the last pass, and why
 */
public record ObservedStream(
    StreamIdentity identity,
    long generation,
    String resourceVersion,
    Instant creation,
    boolean deleting,
    Optional<String> acceptedLoss,
    KinesisStreamSpec spec,
    Optional<KinesisStreamStatus> status,
    Optional<ObservedStorage> storage,
    List<StreamNameClaim> rivals,
    Optional<Long> recordedSecond,
    List<ConsumerDefinition> consumers,
    List<ObservedShard> shards,
    Map<ObjectKey, ExistingObject> existing,
    Map<String, ObservedPod> pods,
    List<ObservedQuota> quotas,
    Set<ObjectKey> repaired,
    List<String> failures) {

  public ObservedStream {
    rivals = List.copyOf(rivals);
    consumers = List.copyOf(consumers);
    shards = List.copyOf(shards);
    existing = Map.copyOf(existing);
    pods = Map.copyOf(pods);
    quotas = List.copyOf(quotas);
    repaired = Set.copyOf(repaired);
    failures = List.copyOf(failures);
  }

  /** Who owns an object. */
  public enum Ownership {
    /** No object has the name. */
    NONE,
    /** The stream owns it. */
    OURS,
    /** It belongs to something else and is never changed. */
    FOREIGN
  }

  /**
   * The object that exists under a name.
   *
   * @param ownership who owns it
   * @param appliedHash hash of what the operator applied; empty if it applied nothing
   * @param content what it says now; empty where edits are not looked for
   */
  public record ExistingObject(
      Ownership ownership, String appliedHash, Optional<HasMetadata> content) {
    /** No object has the name. */
    public static final ExistingObject NONE = new ExistingObject(Ownership.NONE, "");

    /** An object without a look at its content. */
    public ExistingObject(Ownership ownership, String appliedHash) {
      this(ownership, appliedHash, Optional.empty());
    }
  }

  /** Whether the spec asks for another set of shards than is published. */
  public boolean isAskingForOtherShards() {
    KinesisStreamSpec.ReshardRequest request = spec.reshardRequest();
    boolean isRequesting =
        request != null
            && handledRequest().filter(last -> last.id().equals(request.id())).isEmpty();
    Integer count = spec.shardCount();
    return isRequesting
        || (count != null && !Objects.equals(count, openShards(publishedGeneration())));
  }

  /** The request in the manifest, valid or not. */
  public StreamRequest request() {
    return DesiredStream.request(identity, spec);
  }

  /** What the StreamStorage of its name is to it. */
  public StorageClaim storageClaim() {
    return StorageClaim.of(identity, request().name(), ownStatus(), storage);
  }

  /** What is kept of its records; empty: it is not the stream's, or there is nothing yet. */
  private Optional<StreamStorageSpec> kept() {
    return storageClaim() instanceof StorageClaim.Held(ObservedStorage held)
        ? Optional.of(held.spec())
        : Optional.empty();
  }

  /**
   * The stream's creation second: that of the StreamStorage, else of its first Shards, else the
   * recorded one. Empty: it has to be recorded before there may be Shards.
   */
  public Optional<Long> creationSecond() {
    return keptSecond().or(() -> firstSecond()).or(() -> recordedSecond);
  }

  private Optional<Long> firstSecond() {
    return shards.stream()
        .flatMap(shard -> Optional.ofNullable(shard.spec().creationSecond()).stream())
        .min(Long::compare);
  }

  /** The creation second in the StreamStorage. It is written only after it was recorded. */
  public Optional<Long> keptSecond() {
    return kept().map(StreamStorageSpec::creationSecond);
  }

  /** The status, if it was written for this object. */
  public Optional<KinesisStreamStatus> ownStatus() {
    return status.filter(
        shown -> StreamId.shown(identity.uid(), shown.objectUid(), shown.streamId()).isPresent());
  }

  /** Whether its initial shards were all open at some time. */
  public boolean wasActive() {
    return ownStatus()
        .map(KinesisStreamStatus::streamStatus)
        .filter(text -> !text.equals(StreamStatus.CREATING.name()))
        .isPresent();
  }

  /** The generation of the published set of shards. */
  public long publishedGeneration() {
    return keptShape().map(PublishedShape::generation).orElse(ShardLayout.FIRST_GENERATION);
  }

  /** The published set of shards; empty while none was planned. */
  public Optional<PublishedShape> keptShape() {
    return kept().map(StreamStorageSpec::shape);
  }

  /** The reshard in progress, or the last one if it was given up. */
  public Optional<Resharding> resharding() {
    return kept().map(StreamStorageSpec::resharding);
  }

  /** The reshardRequest that was handled last. */
  public Optional<HandledRequest> handledRequest() {
    return kept().map(StreamStorageSpec::reshardRequest);
  }

  /** The published shards, as far as their objects were observed. */
  public PublishedShards published() {
    return PublishedShards.of(
        shards.stream().map(ObservedShard::born).toList(), publishedGeneration());
  }

  /** The published shape; empty if not all of its Shards were observed with their times. */
  public Optional<StreamShape> shape() {
    return Optional.of(published())
        .filter(PublishedShards::isComplete)
        .map(PublishedShards::shape)
        .filter(StreamShape::coversAllKeys);
  }

  /** The Shards of the reshard in progress, or of the one that was given up. */
  public List<ObservedShard> children() {
    return resharding()
        .map(
            reshard ->
                shards.stream().filter(shard -> shard.bornIn() == reshard.generation()).toList())
        .orElse(List.of());
  }

  /**
   * The Shards of reshards that were given up. One generation is attempted after the other, so what
   * was born between the published one and the one in progress was given up too.
   */
  public List<ObservedShard> abandoned() {
    return resharding()
        .map(
            reshard ->
                shards.stream()
                    .filter(shard -> shard.bornIn() > publishedGeneration())
                    .filter(
                        shard ->
                            shard.bornIn() < reshard.generation()
                                || (reshard.phase() == ReshardPhase.GIVEN_UP
                                    && shard.bornIn() == reshard.generation()))
                    .toList())
        .orElse(List.of());
  }

  /**
   * What the reshard in progress is to create, as far as it does not exist. Once parents are being
   * sealed all of it exists, and the objects decide.
   */
  public List<ShardSpec> plannedChildren(DesiredStream desired) {
    return resharding()
        .filter(reshard -> reshard.phase() == ReshardPhase.PREPARING)
        .flatMap(
            reshard ->
                target(reshard)
                    .flatMap(to -> shape().map(from -> to.from(from, reshard.firstShardIndex())))
                    .filter(ReshardTarget.Route.To.class::isInstance)
                    .map(ReshardTarget.Route.To.class::cast)
                    .map(
                        route ->
                            desired.newShards(
                                route.lineage(), reshard.generation(), reshard.shardCount())))
        .orElse(List.of());
  }

  /** The target of a reshard; empty if the request that it came from is no longer in the spec. */
  public Optional<ReshardTarget> target(Resharding reshard) {
    return reshard.requestId() == null
        ? Optional.of(new ReshardTarget.Uniform(reshard.shardCount()))
        : Optional.ofNullable(spec.reshardRequest())
            .filter(request -> request.id().equals(reshard.requestId()))
            .map(ReshardTarget.Exact::new);
  }

  /**
   * How many shards the stream began with. Before its first Shard is seen, the StreamStorage
   * decides, which was written before any Shard: the spec may ask for another number by now, and is
   * followed by a reshard.
   */
  public int initialCount(DesiredStream desired) {
    return ShardLayout.initialCount(shards.stream().map(ObservedShard::spec).toList())
        .or(this::decidedInitialCount)
        .orElse(desired.shardCount());
  }

  /** Until the first reshard begins, the next index is the number of initial shards. */
  private Optional<Integer> decidedInitialCount() {
    return keptShape()
        .filter(shape -> shape.generation() == ShardLayout.FIRST_GENERATION)
        .filter(shape -> resharding().isEmpty())
        .map(PublishedShape::nextShardIndex);
  }

  /** The shards of the stream, with those that are to be created. */
  public ShardLayout layout(DesiredStream desired) {
    return ShardLayout.of(
        desired,
        initialCount(desired),
        shards.stream().map(ObservedShard::spec).toList(),
        publishedGeneration(),
        plannedChildren(desired));
  }

  /**
   * Number of open shards in the sense of Kinesis: published, opened and not closed, reachable or
   * not.
   *
   * @param generation the published one
   */
  public int openShards(long generation) {
    return count(generation, false);
  }

  /** Number of published shards that are closed and may still have records. */
  public int closedShards(long generation) {
    return count(generation, true);
  }

  /**
   * Whether a registered consumer has not been sent everything yet, or is gone and lags ever more.
   */
  public boolean isAnyConsumerWaiting() {
    Set<ConsumerRef> registered =
        consumers.stream()
            .map(consumer -> new ConsumerRef(consumer.name(), consumer.creationSecond()))
            .collect(Collectors.toSet());
    return pods.values().stream()
        .flatMap(ObservedPod::reports)
        .flatMap(report -> Optional.ofNullable(report.subscriptions()).stream())
        .flatMap(List::stream)
        .filter(subscription -> subscription.lagMillis() > 0)
        .anyMatch(
            subscription ->
                registered.contains(
                    new ConsumerRef(
                        subscription.consumer(), subscription.consumerCreationSecond())));
  }

  private int count(long generation, boolean isClosed) {
    return (int)
        shards.stream()
            .filter(shard -> shard.bornIn() <= generation && !shard.isVirtual())
            .filter(shard -> shard.wasOpen() && isClosedIn(shard, generation) == isClosed)
            .count();
  }

  private static boolean isClosedIn(ObservedShard shard, long generation) {
    Long closedIn = shard.status().closedIn();
    return closedIn != null && closedIn <= generation;
  }

  /** The other object that has the stream's name, if one has. */
  public Optional<StreamNameClaim> otherHolder() {
    List<StreamNameClaim> claims = new ArrayList<>(rivals);
    claims.add(
        new StreamNameClaim(identity.name(), identity.uid(), creation, ownStatus().isPresent()));
    return StreamNameClaim.holder(claims).filter(claim -> !claim.uid().equals(identity.uid()));
  }
}
