// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamStatus;
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
  private final List<EvaluatedShardSet> sets;
  private final List<ObjectKey> foreign;

  ReconcilePass(ObservedStream observed, OperatorSettings settings, long creationSecond) {
    this.observed = observed;
    this.settings = settings;
    this.creationSecond = creationSecond;
    this.desired = DesiredStream.of(observed.identity(), observed.spec(), creationSecond);
    this.names = desired.names();
    this.layout =
        ShardLayout.of(desired, observed.shards().stream().map(ObservedShard::spec).toList());
    this.specs =
        layout.shards().stream().collect(Collectors.toMap(this::keyOf, Function.identity()));
    this.foreign = layout.keys(names).stream().filter(key -> is(key, Ownership.FOREIGN)).toList();
    this.sets = evaluated();
  }

  ReconcilePlan plan(Instant now) {
    List<ObjectKey> differing =
        layout.keys(names).stream().filter(this::differs).limit(MOST_APPLIES).toList();
    boolean isAllSeen = layout.keys(names).stream().allMatch(observed.existing()::containsKey);
    List<ReconcileAction> actions = new ArrayList<>();
    if (!isCreationRecorded()) {
      actions.add(StreamReconcilePlanner.recordCreation(observed));
    }
    differing.forEach(key -> actions.add(new ReconcileAction.ApplyResource(built(key))));
    sets.forEach(evaluated -> step(evaluated, actions));
    sets.forEach(evaluated -> publish(evaluated, actions));
    boolean isSettled = actions.isEmpty() && isAllSeen && foreign.isEmpty();
    ConditionEvaluation evaluation =
        new ConditionEvaluation(
            observed.generation(), sets, foreign, observed.failures(), isSettled);
    return new ReconcilePlan(
        actions,
        Optional.of(lifecycle()),
        isCreationRecorded() ? Optional.of(creationSecond) : Optional.empty(),
        observed.openShards(),
        evaluation.conditions(),
        Optional.of(recheckAfter(evaluation, actions, isAllSeen, now)));
  }

  private boolean isCreationRecorded() {
    return observed.statusSecond().isPresent() || observed.recordedSecond().isPresent();
  }

  private List<EvaluatedShardSet> evaluated() {
    Map<String, ObservedShard> seen =
        observed.shards().stream()
            .collect(Collectors.toMap(shard -> shard.spec().shardId(), Function.identity()));
    List<EvaluatedShardSet> evaluated = new ArrayList<>();
    layout
        .shardSets()
        .forEach(
            (name, hosted) -> {
              ShardSet set =
                  ShardSet.of(name, hosted, seen, observed.pods(), isForeign(name, hosted));
              evaluated.add(
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
          actions.add(new ReconcileAction.Assign(pod.address(), assignment));
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
      ShardStatus next = ShardStatuses.next(shard, evaluated.state(), names);
      if (!next.equals(shard.status())) {
        actions.add(new ReconcileAction.PublishShard(shard.name(), shard.resourceVersion(), next));
      }
    }
  }

  /** A stream becomes active once all its shards were open, and stays active. */
  private StreamStatus lifecycle() {
    boolean wasActive =
        observed
            .ownStatus()
            .map(KinesisStreamStatus::streamStatus)
            .filter(StreamStatus.ACTIVE.name()::equals)
            .isPresent();
    boolean isComplete =
        observed.shards().size() == layout.shards().size()
            && observed.shards().stream().allMatch(ObservedShard::wasOpen);
    return wasActive || isComplete ? StreamStatus.ACTIVE : StreamStatus.CREATING;
  }

  private Duration recheckAfter(
      ConditionEvaluation evaluation,
      List<ReconcileAction> actions,
      boolean isAllSeen,
      Instant now) {
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
