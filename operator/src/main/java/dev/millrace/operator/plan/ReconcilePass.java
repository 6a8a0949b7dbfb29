// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.ObservedStream.ExistingObject;
import dev.millrace.operator.observe.ObservedStream.Ownership;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.ShardLayout;
import dev.millrace.operator.resource.ShardStatefulSets;
import dev.millrace.operator.resource.StreamObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final ObservedStream observed;
  private final OperatorSettings settings;
  private final long creationSecond;
  private final DesiredStream desired;
  private final ResourceNames names;
  private final ShardLayout layout;
  private final Map<ObjectKey, ShardSpec> specs;
  private final Map<String, EvaluatedShardSet> sets;
  private final ShardRemovals removals;
  private final ReshardOutcome reshard;
  private final List<ObjectKey> foreign;

  ReconcilePass(
      ObservedStream observed, OperatorSettings settings, long creationSecond, Instant now) {
    this.observed = observed;
    this.settings = settings;
    this.creationSecond = creationSecond;
    this.desired = DesiredStream.of(observed.identity(), observed.spec(), creationSecond);
    this.names = desired.names();
    this.layout = observed.layout(desired);
    this.specs =
        layout.shards().stream().collect(Collectors.toMap(this::keyOf, Function.identity()));
    this.foreign =
        layout.keys(names).stream()
            .filter(key -> is(key, Ownership.FOREIGN) && !key.equals(names.endpointKey()))
            .toList();
    this.sets = evaluated();
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
    List<ObjectKey> differing =
        layout.keys(names).stream()
            .filter(this::isNeeded)
            .filter(this::differs)
            .limit(MOST_APPLIES)
            .toList();
    boolean isAllSeen = layout.keys(names).stream().allMatch(observed.existing()::containsKey);
    List<ReconcileAction> actions = new ArrayList<>();
    if (!isCreationRecorded()) {
      actions.add(StreamReconcilePlanner.recordCreation(observed));
    }
    differing.forEach(key -> actions.add(new ReconcileAction.ApplyResource(built(key))));
    List<EvaluatedShardSet> needed =
        sets.values().stream().filter(set -> !removals.containsSet(set.set().name())).toList();
    List<EvaluatedShardSet> published = needed.stream().filter(this::isPublished).toList();
    List<EvaluatedShardSet> unpublished = needed.stream().filter(set -> !isPublished(set)).toList();
    PublicationPass publications = publications();
    published.forEach(evaluated -> step(evaluated, actions));
    published.forEach(evaluated -> publish(evaluated, actions));
    actions.addAll(publications.to(published));
    // Preparing children does not make the stream less ready than it was.
    boolean isSettled =
        actions.stream().noneMatch(this::concernsPublishedShards) && isAllSeen && foreign.isEmpty();
    unpublished.forEach(evaluated -> step(evaluated, actions));
    unpublished.forEach(evaluated -> publish(evaluated, actions));
    actions.addAll(publications.to(unpublished));
    publishVirtual(actions);
    actions.addAll(reshard.actions());
    actions.addAll(removals.actions());
    ConditionEvaluation evaluation =
        new ConditionEvaluation(
            observed.generation(),
            published,
            foreign,
            observed.failures(),
            isSettled,
            isResharding());
    return new ReconcilePlan(
        actions,
        Optional.of(lifecycle()),
        isCreationRecorded() ? Optional.of(creationSecond) : Optional.empty(),
        observed.openShards(reshard.shape().generation()),
        observed.closedShards(reshard.shape().generation()),
        Optional.of(
            new ReshardStatus(
                removals.without(reshard.shape()), reshard.resharding(), reshard.handled())),
        evaluation.conditions().resharding(reshard.condition()),
        Optional.of(recheckAfter(evaluation, actions, isAllSeen, now)));
  }

  private PublicationPass publications() {
    PublishedShape shape = removals.without(reshard.shape());
    return new PublicationPass(
        observed, desired, lifecycle(), shape, removals.left(shape.generation()));
  }

  private boolean isCreationRecorded() {
    return observed.statusSecond().isPresent() || observed.recordedSecond().isPresent();
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
      case ReconcileAction.ApplyResource(HasMetadata resource) ->
          !isOfAChild(ObjectKey.of(resource));
      case ReconcileAction.PublishShard(String shard, var version, var status) ->
          !reshard.facts().containsKey(shard) && status.phase() != Phase.EXPIRED;
      case ReconcileAction.Assign(var pod, var assignment) ->
          sets.values().stream()
              .map(EvaluatedShardSet::state)
              .noneMatch(state -> state.isServedBy(pod));
      // A front that lists the stream already is told of changes while it serves.
      case ReconcileAction.PublishStream(var pod, var publication) -> publication.kept().isEmpty();
      case ReconcileAction.RecordCreation creation -> true;
      case ReconcileAction.RecordGroup group -> true;
      case ReconcileAction.FormGroup group -> true;
      case ReconcileAction.SealShards seal -> false;
      case ReconcileAction.RemoveShards removal -> false;
      case ReconcileAction.RecordEvent event -> false;
    };
  }

  private boolean isOfAChild(ObjectKey key) {
    ShardSpec spec = specs.get(key);
    if (spec != null) {
      return Optional.ofNullable(spec.bornIn()).orElse(ShardLayout.FIRST_GENERATION)
          > observed.publishedGeneration();
    }
    EvaluatedShardSet set = sets.get(key.name());
    return set != null && !isPublished(set);
  }

  /**
   * Whether one of a set's shards was opened, or is to be by the reshard in progress. An old view
   * may show others: those of a reshard that was given up, which must not get a pod again. Shards
   * come before their pod, so that what is left of a change of mind is always found.
   */
  private boolean isOpenOrOpening(ShardSet set) {
    long opening =
        observed
            .resharding()
            .filter(running -> running.phase() != ReshardPhase.GIVEN_UP)
            .map(Resharding::generation)
            .orElse(0L);
    return set.isWhole()
        && set.shards().stream()
            .anyMatch(shard -> shard.bornIn() == opening || shard.creationSecond().isPresent());
  }

  private boolean isNeeded(ObjectKey key) {
    ShardSpec spec = specs.get(key);
    if (spec == null) {
      EvaluatedShardSet set = sets.get(key.name());
      return set == null || (!removals.containsSet(key.name()) && isOpenOrOpening(set.set()));
    }
    return observed.shards().stream()
        .filter(shard -> shard.name().equals(key.name()))
        .noneMatch(removals::contains);
  }

  private Map<String, EvaluatedShardSet> evaluated() {
    Map<String, ObservedShard> seen =
        observed.shards().stream()
            .collect(Collectors.toMap(shard -> shard.spec().shardId(), Function.identity()));
    Map<String, EvaluatedShardSet> evaluated = new LinkedHashMap<>();
    layout
        .shardSets()
        .forEach(
            (name, hosted) -> {
              ShardSet set =
                  ShardSet.of(name, hosted, seen, observed.pods(), isForeign(name, hosted));
              evaluated.put(
                  name,
                  new EvaluatedShardSet(
                      set, ShardSetEvaluator.evaluate(set, set.assignment(desired))));
            });
    return evaluated;
  }

  private boolean isForeign(String set, List<ShardSpec> hosted) {
    return is(new ObjectKey(ObjectKey.STATEFUL_SET, set), Ownership.FOREIGN)
        || hosted.stream().anyMatch(shard -> is(keyOf(shard), Ownership.FOREIGN));
  }

  private boolean is(ObjectKey key, Ownership ownership) {
    ExistingObject existing = observed.existing().get(key);
    return existing != null && existing.ownership() == ownership;
  }

  private ObjectKey keyOf(ShardSpec shard) {
    return new ObjectKey(ObjectKey.SHARD, names.shard(shard.shardId()));
  }

  /**
   * Whether an object has to be applied. An object whose name was not looked up yet has to wait.
   */
  private boolean differs(ObjectKey key) {
    ExistingObject existing = observed.existing().get(key);
    if (existing == null) {
      return false;
    }
    return switch (existing.ownership()) {
      case NONE -> true;
      case OURS -> !existing.appliedHash().equals(OwnedMetadata.hashOf(built(key)));
      case FOREIGN -> false;
    };
  }

  private HasMetadata built(ObjectKey key) {
    ShardSpec spec = specs.get(key);
    if (spec != null) {
      return StreamObjects.shard(desired, spec);
    }
    if (key.equals(names.endpointKey())) {
      return StreamObjects.endpoint(desired);
    }
    return key.kind().equals(ObjectKey.SERVICE)
        ? StreamObjects.service(desired)
        : ShardStatefulSets.statefulSet(desired, key.name(), settings);
  }

  private static void step(EvaluatedShardSet evaluated, List<ReconcileAction> actions) {
    switch (evaluated.state()) {
      case ShardSetState.Unrecorded(String group, String disk) ->
          evaluated.set().shards().stream()
              .filter(shard -> shard.status().group() == null || shard.status().disk() == null)
              .forEach(shard -> actions.add(record(shard, group, disk)));
      case ShardSetState.Unformed(var pod, var formation) ->
          actions.add(new ReconcileAction.FormGroup(pod.address(), formation));
      case ShardSetState.Unassigned(var pod, var report, var assignment) ->
          actions.add(
              new ReconcileAction.Assign(pod.address(), new PodAssignment(List.of(assignment))));
      case ShardSetState.Waiting waiting -> {}
      case ShardSetState.Electing electing -> {}
      case ShardSetState.Serving serving -> {}
      case ShardSetState.Lost lost -> {}
    }
  }

  private static ReconcileAction record(ObservedShard shard, String group, String disk) {
    ShardStatus status = shard.status();
    return new ReconcileAction.RecordGroup(
        shard.name(),
        shard.resourceVersion(),
        status
            .withPhase(Optional.ofNullable(status.phase()).orElse(Phase.PENDING), status.message())
            .withGroup(group, disk));
  }

  private void publish(EvaluatedShardSet evaluated, List<ReconcileAction> actions) {
    if (evaluated.state() instanceof ShardSetState.Unrecorded) {
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
              : ShardStatuses.next(known, evaluated.state(), names);
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
            && observed.shards().stream().allMatch(ObservedShard::wasOpen);
    return observed.wasActive() || isComplete ? StreamStatus.ACTIVE : StreamStatus.CREATING;
  }

  private Duration recheckAfter(
      ConditionEvaluation evaluation,
      List<ReconcileAction> actions,
      boolean isAllSeen,
      Instant now) {
    if (isResharding()) {
      return RecheckDelay.resharding(reshard.resharding().orElseThrow(), now);
    }
    if (evaluation.conditions().ready().holds()) {
      return RecheckDelay.STEADY;
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
