package dev.millrace.operator.plan;

import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.ObservedStream.Ownership;
import dev.millrace.operator.observe.ObservedStream.Standing;
import dev.millrace.operator.resource.Marks;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.Shape;
import dev.millrace.operator.resource.ShardSets;
import dev.millrace.operator.resource.StreamNames;
import dev.millrace.operator.resource.StreamObjects;
import dev.millrace.operator.resource.WantedStream;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One look at one stream that can be. Made for a single call of {@link #plan}. */
final class StreamPass {
  /** Objects that one pass applies: a large stream is made in many short passes. */
  static final int MOST_APPLIES = 256;

  private final ObservedStream observed;
  private final OperatorSettings settings;
  private final WantedStream wanted;
  private final StreamNames names;
  private final Shape shape;
  private final Map<ObjectKey, ShardSpec> specs;
  private final List<JudgedSet> sets;
  private final List<ObjectKey> foreign;

  StreamPass(ObservedStream observed, OperatorSettings settings) {
    this.observed = observed;
    this.settings = settings;
    this.wanted =
        WantedStream.of(observed.identity(), observed.spec(), observed.creation().getEpochSecond());
    this.names = wanted.names();
    this.shape = Shape.of(wanted, observed.shards().stream().map(ObservedShard::spec).toList());
    this.specs =
        shape.shards().stream().collect(Collectors.toMap(this::keyOf, Function.identity()));
    this.foreign = shape.keys(names).stream().filter(key -> is(key, Ownership.FOREIGN)).toList();
    this.sets = judged();
  }

  Plan plan(Instant now) {
    List<ObjectKey> differing =
        shape.keys(names).stream().filter(this::differs).limit(MOST_APPLIES).toList();
    boolean isAllSeen = shape.keys(names).stream().allMatch(observed.standing()::containsKey);
    List<Action> actions = new ArrayList<>();
    differing.forEach(key -> actions.add(new Action.ApplyResource(built(key))));
    sets.forEach(judged -> step(judged, actions));
    sets.forEach(judged -> publish(judged, actions));
    boolean isSettled = actions.isEmpty() && isAllSeen && foreign.isEmpty();
    Verdicts verdicts =
        new Verdicts(observed.generation(), sets, foreign, observed.troubles(), isSettled);
    return new Plan(
        actions,
        Optional.of(lifecycle()),
        observed.openShards(),
        verdicts.conditions(),
        Optional.of(recheckAfter(verdicts, actions, isAllSeen, now)));
  }

  private List<JudgedSet> judged() {
    Map<String, ObservedShard> seen =
        observed.shards().stream()
            .collect(Collectors.toMap(shard -> shard.spec().shardId(), Function.identity()));
    List<JudgedSet> judged = new ArrayList<>();
    shape
        .shardSets()
        .forEach(
            (name, hosted) -> {
              HostedSet set =
                  HostedSet.of(name, hosted, seen, observed.pods(), isForeign(name, hosted));
              judged.add(new JudgedSet(set, SetJudge.judge(set, set.assignment(wanted))));
            });
    return judged;
  }

  private boolean isForeign(String set, List<ShardSpec> hosted) {
    return is(new ObjectKey(ObjectKey.STATEFUL_SET, set), Ownership.FOREIGN)
        || hosted.stream().anyMatch(shard -> is(keyOf(shard), Ownership.FOREIGN));
  }

  private boolean is(ObjectKey key, Ownership ownership) {
    Standing standing = observed.standing().get(key);
    return standing != null && standing.ownership() == ownership;
  }

  private ObjectKey keyOf(ShardSpec shard) {
    return new ObjectKey(ObjectKey.SHARD, names.shard(shard.shardId()));
  }

  /** Whether an object has to be applied; one whose name was not looked at yet has to wait. */
  private boolean differs(ObjectKey key) {
    Standing standing = observed.standing().get(key);
    if (standing == null) {
      return false;
    }
    return switch (standing.ownership()) {
      case NONE -> true;
      case OURS -> !standing.appliedHash().equals(Marks.hashOf(built(key)));
      case FOREIGN -> false;
    };
  }

  private HasMetadata built(ObjectKey key) {
    ShardSpec spec = specs.get(key);
    if (spec != null) {
      return StreamObjects.shard(wanted, spec);
    }
    return key.kind().equals(ObjectKey.SERVICE)
        ? StreamObjects.service(wanted)
        : ShardSets.statefulSet(wanted, key.name(), settings);
  }

  private static void step(JudgedSet judged, List<Action> actions) {
    switch (judged.state()) {
      case SetState.Unrecorded(String group, String disk) ->
          judged.set().shards().stream()
              .filter(shard -> shard.status().group() == null || shard.status().disk() == null)
              .forEach(shard -> actions.add(record(shard, group, disk)));
      case SetState.Unformed(var pod, var formation) ->
          actions.add(new Action.FormGroup(pod.address(), formation));
      case SetState.Unassigned(var pod, var report, var assignment) ->
          actions.add(new Action.Assign(pod.address(), assignment));
      case SetState.Waiting waiting -> {}
      case SetState.Electing electing -> {}
      case SetState.Serving serving -> {}
      case SetState.Lost lost -> {}
    }
  }

  private static Action record(ObservedShard shard, String group, String disk) {
    ShardStatus status = shard.status();
    return new Action.RecordGroup(
        shard.name(),
        shard.resourceVersion(),
        new ShardStatus(
            Optional.ofNullable(status.phase()).orElse(Phase.PENDING),
            status.message(),
            group,
            disk,
            status.address(),
            status.hostname()));
  }

  private void publish(JudgedSet judged, List<Action> actions) {
    if (judged.state() instanceof SetState.Unrecorded) {
      // The record is the one change of this pass; two would write over each other.
      return;
    }
    for (ObservedShard shard : judged.set().shards()) {
      ShardStatus next = ShardStatuses.next(shard, judged.state(), names);
      if (!next.equals(shard.status())) {
        actions.add(new Action.PublishShard(shard.name(), shard.resourceVersion(), next));
      }
    }
  }

  /** A stream becomes active when all its shards were open once, and stays so. */
  private StreamStatus lifecycle() {
    boolean wasActive =
        observed
            .status()
            .map(KinesisStreamStatus::streamStatus)
            .filter(StreamStatus.ACTIVE.name()::equals)
            .isPresent();
    boolean isComplete =
        observed.shards().size() == shape.shards().size()
            && observed.shards().stream().allMatch(ObservedShard::wasOpen);
    return wasActive || isComplete ? StreamStatus.ACTIVE : StreamStatus.CREATING;
  }

  private Duration recheckAfter(
      Verdicts verdicts, List<Action> actions, boolean isAllSeen, Instant now) {
    if (verdicts.conditions().ready().holds()) {
      return Recheck.STEADY;
    }
    boolean isActing =
        !isAllSeen
            || actions.stream()
                .anyMatch(
                    action ->
                        action instanceof Action.FormGroup || action instanceof Action.Assign);
    boolean isAnyPodUp =
        observed.pods().values().stream().anyMatch(pod -> pod.address().ip().isPresent());
    if (isActing || isAnyPodUp || !actions.isEmpty()) {
      return Recheck.converging(observed, isActing, now);
    }
    return foreign.isEmpty() ? Recheck.STEADY : Recheck.NAME_TAKEN;
  }
}
