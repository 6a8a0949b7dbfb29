// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.crds.StreamStorageSpec;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.observe.ObservedStorage;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.ObservedStream.Ownership;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.ShardLayout;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Plans for a valid stream whose creation second is known. An instance serves one call of {@link
 * #plan}.
 */
final class ReconcilePass {
  /**
   * Maximum number of objects that one pass applies: a large stream is created in many short
   * passes.
   */
  static final int MOST_APPLIES = 256;

  /** Maximum number of names in an Event. */
  private static final int MOST_NAMES = 3;

  private final ObservedStream observed;
  private final ObservedStorage storage;
  private final long creationSecond;
  private final DesiredStream desired;
  private final ResourceNames names;
  private final ShardLayout layout;
  private final WantedObjects objects;
  private final Map<GroupName, EvaluatedShardSet> sets;
  private final Map<String, List<EvaluatedShardSet>> groups;
  private final ShardRemovals removals;
  private final ReshardOutcome reshard;
  private final List<ObjectKey> foreign;

  ReconcilePass(
      ObservedStream observed,
      ObservedStorage storage,
      OperatorSettings settings,
      long creationSecond,
      Instant now) {
    this.observed = observed;
    this.storage = storage;
    this.creationSecond = creationSecond;
    this.desired =
        DesiredStream.of(observed.identity(), observed.spec(), creationSecond, storage.spec());
    this.names = desired.names();
    this.layout = observed.layout(desired);
    this.objects = new WantedObjects(observed, desired, layout, storage.uid(), settings);
    this.foreign =
        layout.keys(desired).stream()
            .filter(key -> objects.is(key, Ownership.FOREIGN) && !key.equals(names.endpointKey()))
            .toList();
    this.sets = evaluated();
    this.groups =
        sets.values().stream().collect(Collectors.groupingBy(group -> group.set().name()));
    this.removals = new ShardRemovals(observed, desired, sets, now);
    this.reshard =
        new ReshardPass(
                observed,
                desired,
                sets,
                settings.prepareTimeout(),
                observed.initialCount(desired),
                now)
            .plan();
  }

  ReconcilePlan plan(Instant now) {
    return roomProblem().map(this::refused).orElseGet(() -> planned(now));
  }

  /** The quota that has no room for what a new stream needs, before anything of it is made. */
  private Optional<String> roomProblem() {
    if (observed.wasActive() || isTakenUp()) {
      return Optional.empty();
    }
    List<ObjectKey> missing =
        layout.keys(desired).stream().filter(key -> !objects.is(key, Ownership.OURS)).toList();
    return QuotaCheck.of(
            desired,
            count(missing, ObjectKey.SHARD),
            count(missing, ObjectKey.VOLUME_CLAIM),
            count(missing, ObjectKey.STATEFUL_SET))
        .problem(observed.quotas());
  }

  private static int count(List<ObjectKey> keys, String kind) {
    return (int) keys.stream().filter(key -> key.kind().equals(kind)).count();
  }

  private ReconcilePlan refused(String why) {
    return new ReconcilePlan(
        Optional.empty(),
        true,
        isCreationRecorded() ? List.of() : List.of(StreamReconcilePlanner.recordCreation(observed)),
        Optional.of(StreamStatus.CREATING),
        isCreationRecorded() ? Optional.of(creationSecond) : Optional.empty(),
        0,
        0,
        Optional.empty(),
        StreamConditions.rejected("QuotaExceeded", why),
        Optional.of(RecheckDelay.STEADY));
  }

  /** Whether it has just taken up the records of a deleted stream. */
  private boolean isTakenUp() {
    return observed.ownStatus().isEmpty() && hasTakenUp();
  }

  /** Whether its records were those of a deleted stream. */
  private boolean hasTakenUp() {
    return !observed
        .identity()
        .streamId()
        .equals(StreamId.of(UUID.fromString(observed.identity().uid())));
  }

  /** Whether its status has said so, of which a taken up one has not while its pods come up. */
  private boolean wasReadyOrDegraded() {
    return observed
        .ownStatus()
        .flatMap(status -> Optional.ofNullable(status.conditions()))
        .orElse(List.of())
        .stream()
        .filter(condition -> condition.status().equals("True"))
        .anyMatch(
            condition -> condition.type().equals("Ready") || condition.type().equals("Degraded"));
  }

  private ReconcilePlan planned(Instant now) {
    List<ObjectKey> differing =
        layout.keys(desired).stream()
            .filter(this::isNeeded)
            .filter(objects::differs)
            .limit(MOST_APPLIES)
            .toList();
    boolean isAllSeen = layout.keys(desired).stream().allMatch(observed.existing()::containsKey);
    List<ReconcileAction> actions = new ArrayList<>();
    if (!isCreationRecorded()) {
      actions.add(StreamReconcilePlanner.recordCreation(observed));
    }
    differing.forEach(
        key ->
            actions.add(
                new ReconcileAction.ApplyResource(objects.built(key), objects.isEdited(key))));
    actions.addAll(repairs(differing, now));
    actions.addAll(objects.dueCertificates(now));
    if (isTakenUp()) {
      actions.add(
          new ReconcileAction.RecordEvent(
              false,
              "RecordsTakenUp",
              "the retained records of stream id %s are taken up"
                  .formatted(observed.identity().streamId()),
              now));
    }
    List<EvaluatedShardSet> needed =
        sets.values().stream().filter(set -> !removals.containsSet(set.set().name())).toList();
    List<EvaluatedShardSet> published = needed.stream().filter(this::isPublished).toList();
    List<EvaluatedShardSet> unpublished = needed.stream().filter(set -> !isPublished(set)).toList();
    PublicationPass publications = publications();
    published.forEach(evaluated -> step(evaluated, actions, now));
    published.forEach(evaluated -> publish(evaluated, actions));
    actions.addAll(publications.to(published));
    // Preparing children does not make the stream less ready than it was.
    boolean isSettled =
        actions.stream().noneMatch(this::concernsPublishedShards) && isAllSeen && foreign.isEmpty();
    unpublished.forEach(evaluated -> step(evaluated, actions, now));
    unpublished.forEach(evaluated -> publish(evaluated, actions));
    actions.addAll(publications.to(unpublished));
    publishVirtual(actions);
    PodReplacements replacements = new PodReplacements(needed);
    if (isSettled && !isResharding()) {
      actions.addAll(replacements.actions());
      actions.addAll(new LeaderSpread(observed.repaired()).actions(needed));
    }
    actions.addAll(reshard.actions());
    actions.addAll(removals.actions(now));
    ConditionEvaluation evaluation =
        new ConditionEvaluation(
            observed.generation(),
            published,
            foreign,
            observed.failures(),
            isSettled,
            replacements.left(),
            isResharding(),
            lifecycle() == StreamStatus.CREATING || (hasTakenUp() && !wasReadyOrDegraded()));
    ReshardStatus next =
        new ReshardStatus(
            removals.without(reshard.shape()), reshard.resharding(), reshard.handled());
    return new ReconcilePlan(
        Optional.of(kept(next)),
        true,
        actions,
        Optional.of(lifecycle()),
        isCreationRecorded() ? Optional.of(creationSecond) : Optional.empty(),
        observed.openShards(reshard.shape().generation()),
        observed.closedShards(reshard.shape().generation()),
        Optional.of(next),
        conditions(evaluation).resharding(reshard.condition()),
        Optional.of(recheckAfter(evaluation, actions, isAllSeen, now)));
  }

  private StreamConditions conditions(ConditionEvaluation evaluation) {
    return removals.lacksShards()
        ? StreamConditions.lost(
            "ShardsMissing",
            "Shards of generation %d are missing: restore the objects; their volumes are left as they are"
                .formatted(observed.publishedGeneration()))
        : evaluation.conditions();
  }

  private StreamStorageSpec kept(ReshardStatus next) {
    return new StreamStorageSpec(
        storage.spec().streamName(),
        storage.spec().streamId(),
        isCreationRecorded() ? creationSecond : null,
        storage.spec().replicas(),
        storage.spec().initialGroups(),
        next.shape(),
        next.resharding().orElse(null),
        next.handled().orElse(null));
  }

  /** An Event about what somebody else has deleted or edited. */
  private List<ReconcileAction> repairs(List<ObjectKey> differing, Instant now) {
    List<String> repaired = new ArrayList<>();
    for (ObjectKey key : differing) {
      if (objects.isEdited(key)) {
        repaired.add(key + " was edited");
      } else if (objects.is(key, Ownership.NONE) && wasThere(key)) {
        repaired.add(key + " was missing");
      }
    }
    String more =
        repaired.size() > MOST_NAMES ? " and %d more".formatted(repaired.size() - MOST_NAMES) : "";
    return repaired.isEmpty()
        ? List.of()
        : List.of(
            new ReconcileAction.RecordEvent(
                true,
                "Repaired",
                repaired.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                    + more
                    + ": applied again",
                now));
  }

  /** Whether an object that is missing was made before: all of an active stream was. */
  private boolean wasThere(ObjectKey key) {
    return observed.wasActive()
        && !isOfAChild(key)
        && (groupsOf(key).isEmpty()
            ? key.kind().equals(ObjectKey.SERVICE)
            : groupsOf(key).stream().anyMatch(group -> group.set().wasOpen()));
  }

  private PublicationPass publications() {
    PublishedShape shape = removals.without(reshard.shape());
    return new PublicationPass(
        observed, desired, lifecycle(), shape, removals.left(shape.generation()));
  }

  private boolean isCreationRecorded() {
    return observed.keptSecond().isPresent() || observed.recordedSecond().isPresent();
  }

  private boolean isResharding() {
    return reshard
        .resharding()
        .filter(running -> running.phase() != ReshardPhase.GIVEN_UP)
        .isPresent();
  }

  /** Whether a set hosts published shards; the children of a reshard have sets of their own. */
  private boolean isPublished(EvaluatedShardSet set) {
    return set.set().specs().stream()
        .allMatch(
            spec ->
                Optional.ofNullable(spec.bornIn()).orElse(ShardLayout.FIRST_GENERATION)
                    <= observed.publishedGeneration());
  }

  /**
   * Whether the published shards are not served as the spec says until an action is carried out.
   * Preparing children, and saying what a reshard has done, are no such actions.
   */
  private boolean concernsPublishedShards(ReconcileAction action) {
    return switch (action) {
      case ReconcileAction.ApplyResource(HasMetadata resource, boolean isRepair) ->
          !isRepair
              && !isOfAChild(ObjectKey.of(resource))
              && !isVolumeInUse(ObjectKey.of(resource));
      case ReconcileAction.PublishShard(String shard, var version, var status) ->
          !reshard.facts().containsKey(shard) && status.phase() != Phase.EXPIRED;
      case ReconcileAction.Assign(var pod, var assignment) ->
          sets.values().stream()
              .map(EvaluatedShardSet::state)
              .noneMatch(state -> state.isServedBefore(pod));
      // A front that lists the stream already is told of changes while it serves.
      case ReconcileAction.PublishStream(var pod, var publication) -> publication.kept().isEmpty();
      case ReconcileAction.RecordCreation creation -> true;
      // One that is renewed is taken while the replicas run.
      case ReconcileAction.IssueCertificate certificate -> !objects.hasCertificates();
      // The others serve while a lost disk is replaced.
      case ReconcileAction.RecordGroup(String shard, var version, var status) -> !isRecorded(shard);
      case ReconcileAction.FormGroup(var pod, var formation) -> !formation.joins();
      case ReconcileAction.AdmitMember admission -> false;
      case ReconcileAction.AcceptLoss loss -> true;
      case ReconcileAction.EvictPod eviction -> false;
      case ReconcileAction.MoveLeader move -> false;
      case ReconcileAction.SealShards seal -> false;
      case ReconcileAction.RemoveShards removal -> false;
      case ReconcileAction.RecordEvent event -> false;
    };
  }

  private boolean isRecorded(String name) {
    return observed.shards().stream()
        .filter(shard -> shard.name().equals(name))
        .anyMatch(shard -> RecordedGroup.of(shard).isPresent());
  }

  /** A volume serves while it grows. */
  private boolean isVolumeInUse(ObjectKey key) {
    return key.kind().equals(ObjectKey.VOLUME_CLAIM) && objects.is(key, Ownership.OURS);
  }

  private boolean isOfAChild(ObjectKey key) {
    ShardSpec spec = objects.shard(key);
    if (spec != null) {
      return Optional.ofNullable(spec.bornIn()).orElse(ShardLayout.FIRST_GENERATION)
          > observed.publishedGeneration();
    }
    return groupsOf(key).stream().anyMatch(group -> !isPublished(group));
  }

  /** The groups of a StatefulSet or a volume claim. */
  private List<EvaluatedShardSet> groupsOf(ObjectKey key) {
    String set =
        key.kind().equals(ObjectKey.VOLUME_CLAIM)
            ? ResourceNames.shardSetOf(ResourceNames.podOf(key))
            : key.name();
    return groups.getOrDefault(set, List.of());
  }

  /**
   * Whether one of a set's shards was opened, or is to be by the reshard in progress. An old view
   * may show others: those of a reshard that was given up, which must not get a pod again. Shards
   * come before their pod, so that what is left of a change of mind is always found.
   */
  private boolean isOpenOrOpening(List<EvaluatedShardSet> ofSet) {
    long opening =
        observed
            .resharding()
            .filter(running -> running.phase() != ReshardPhase.GIVEN_UP)
            .map(Resharding::generation)
            .orElse(0L);
    return ofSet.stream().allMatch(group -> group.set().isWhole())
        && ofSet.stream()
            .flatMap(group -> group.set().shards().stream())
            .anyMatch(shard -> shard.bornIn() == opening || shard.creationSecond().isPresent());
  }

  private boolean isNeeded(ObjectKey key) {
    ShardSpec spec = objects.shard(key);
    if (spec == null) {
      List<EvaluatedShardSet> ofSet = groupsOf(key);
      return ofSet.isEmpty()
          || (!removals.containsSet(ofSet.getFirst().set().name())
              && isOpenOrOpening(ofSet)
              && (!key.kind().equals(ObjectKey.STATEFUL_SET) || mayStart(ofSet.getFirst().set())));
    }
    return observed.shards().stream()
        .filter(shard -> shard.name().equals(key.name()))
        .noneMatch(removals::contains);
  }

  /** The claims come first: a StatefulSet would make some that belong to nobody. */
  private boolean mayStart(ShardSet set) {
    return objects.hasCertificates()
        && ResourceNames.volumeClaimKeys(set.name(), set.replicas()).stream()
            .allMatch(claim -> objects.is(claim, Ownership.OURS));
  }

  private Map<GroupName, EvaluatedShardSet> evaluated() {
    Map<String, ObservedShard> seen =
        observed.shards().stream()
            .collect(Collectors.toMap(shard -> shard.spec().shardId(), Function.identity()));
    Map<GroupName, EvaluatedShardSet> evaluated = new LinkedHashMap<>();
    layout
        .groups()
        .forEach(
            (name, hosted) -> {
              ShardSet set =
                  ShardSet.of(
                      name,
                      desired.replicas(),
                      hosted,
                      seen,
                      observed.pods(),
                      isForeign(name.shardSet(), hosted));
              evaluated.put(
                  name,
                  ShardSetEvaluator.evaluate(
                      set,
                      set.assignment(desired),
                      names,
                      AcceptedLosses.of(observed.acceptedLoss())));
            });
    return evaluated;
  }

  private boolean isForeign(String set, List<ShardSpec> hosted) {
    return objects.is(new ObjectKey(ObjectKey.STATEFUL_SET, set), Ownership.FOREIGN)
        || ResourceNames.volumeClaimKeys(set, desired.replicas()).stream()
            .anyMatch(claim -> objects.is(claim, Ownership.FOREIGN))
        || hosted.stream().anyMatch(shard -> objects.is(objects.keyOf(shard), Ownership.FOREIGN));
  }

  private static void step(
      EvaluatedShardSet evaluated, List<ReconcileAction> actions, Instant now) {
    actions.addAll(evaluated.replacement().actions());
    evaluated.replacement().completed().ifPresent(change -> actions.add(change.event(now)));
    switch (evaluated.state()) {
      case ShardSetState.Unrecorded(RecordedGroup group) ->
          evaluated.set().shards().stream()
              .filter(shard -> RecordedGroup.of(shard).isEmpty())
              .forEach(shard -> actions.add(group.in(shard)));
      case ShardSetState.Unformed(var pods, var formation) ->
          pods.forEach(
              pod ->
                  actions.add(
                      new ReconcileAction.FormGroup(
                          pod.address(), formation.on(pod.report().orElseThrow().disk()))));
      case ShardSetState.Unassigned(var pod, var report, var assignment) ->
          actions.add(
              new ReconcileAction.Assign(pod.address(), new PodAssignment(List.of(assignment))));
      case ShardSetState.Waiting waiting -> {}
      case ShardSetState.Electing electing -> {}
      case ShardSetState.Serving serving ->
          serving
              .unassigned()
              .forEach(
                  pod ->
                      actions.add(
                          new ReconcileAction.Assign(
                              pod.address(), new PodAssignment(List.of(serving.desired())))));
      case ShardSetState.Lost lost -> lost.acceptance().ifPresent(actions::add);
    }
  }

  private void publish(EvaluatedShardSet evaluated, List<ReconcileAction> actions) {
    if (evaluated.state() instanceof ShardSetState.Unrecorded
        || evaluated.replacement().completed().isPresent()) {
      // The record is the only change of this pass: two changes would overwrite each other.
      return;
    }
    for (ObservedShard shard : evaluated.set().shards()) {
      if (removals.contains(shard)) {
        // It goes before the others of its set, and stays Expired until then.
        continue;
      }
      ObservedShard known = reshard.facts().getOrDefault(shard.name(), shard);
      ShardStatus next =
          removals.isExpiring(shard)
              ? shard.status().withPhase(Phase.EXPIRED, null)
              : ShardStatuses.next(known, evaluated, names);
      if (!next.equals(shard.status())) {
        actions.add(new ReconcileAction.PublishShard(shard.name(), shard.resourceVersion(), next));
      }
    }
  }

  /** A virtual shard has no pod: it is closed as soon as its time is known. */
  private void publishVirtual(List<ReconcileAction> actions) {
    for (ObservedShard shard : observed.shards()) {
      if (shard.isVirtual() && !removals.contains(shard)) {
        ObservedShard known = reshard.facts().getOrDefault(shard.name(), shard);
        ShardStatus next = known.status().withPhase(virtualPhase(known), null);
        if (!next.equals(shard.status())) {
          actions.add(
              new ReconcileAction.PublishShard(shard.name(), shard.resourceVersion(), next));
        }
      }
    }
  }

  private Phase virtualPhase(ObservedShard shard) {
    if (removals.isExpiring(shard)) {
      return Phase.EXPIRED;
    }
    return shard.creationSecond().isPresent() ? Phase.CLOSED : Phase.PENDING;
  }

  /** A stream becomes active once all its shards were open, and stays active. */
  private StreamStatus lifecycle() {
    if (isResharding()) {
      return StreamStatus.UPDATING;
    }
    boolean isComplete =
        observed.shards().size() == layout.shards().size()
            && observed.shards().stream().allMatch(shard -> shard.isVirtual() || shard.wasOpen());
    return observed.wasActive() || isComplete ? StreamStatus.ACTIVE : StreamStatus.CREATING;
  }

  /**
   * Whether only events and notices can change something. Nobody tells how a lag goes on, and
   * whether what was wrong or refused is so no more.
   */
  private boolean isQuiet(ConditionEvaluation evaluation, List<ReconcileAction> actions) {
    return actions.isEmpty()
        && !evaluation.conditions().degraded().holds()
        && observed.failures().isEmpty()
        && observed.repaired().isEmpty()
        && !observed.isAnyConsumerWaiting()
        && !observed.isAskingForOtherShards();
  }

  private static boolean isReplacing(ReconcileAction action) {
    return action instanceof ReconcileAction.AdmitMember
        || action instanceof ReconcileAction.AcceptLoss
        || (action instanceof ReconcileAction.FormGroup(var pod, var formation)
            && formation.joins());
  }

  private Duration recheckAfter(
      ConditionEvaluation evaluation,
      List<ReconcileAction> actions,
      boolean isAllSeen,
      Instant now) {
    if (isResharding()) {
      return RecheckDelay.resharding(reshard.resharding().orElseThrow(), now);
    }
    if (evaluation.outdatedPods() > 0 || actions.stream().anyMatch(ReconcilePass::isReplacing)) {
      return RecheckDelay.CONVERGING;
    }
    if (evaluation.conditions().ready().holds()) {
      return isQuiet(evaluation, actions) ? RecheckDelay.QUIET : RecheckDelay.STEADY;
    }
    boolean isActing =
        !isAllSeen
            || actions.stream()
                .anyMatch(
                    action ->
                        action instanceof ReconcileAction.RecordCreation
                            || action instanceof ReconcileAction.FormGroup
                            || action instanceof ReconcileAction.Assign);
    boolean isAnyPodUp =
        observed.pods().values().stream().anyMatch(pod -> pod.address().ip().isPresent());
    if (isActing || isAnyPodUp || !actions.isEmpty()) {
      return RecheckDelay.converging(observed, isActing, now);
    }
    return foreign.isEmpty() ? RecheckDelay.STEADY : RecheckDelay.NAME_TAKEN;
  }
}
