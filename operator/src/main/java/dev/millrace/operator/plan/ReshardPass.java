// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStreamSpec.ReshardRequest;
import dev.millrace.crds.KinesisStreamStatus.HandledRequest;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.plan.ReshardParts.Part;
import dev.millrace.operator.plan.ReshardParts.Sighting;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ReshardTarget;
import dev.millrace.operator.resource.ReshardTarget.Route;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Plans the reshard of a stream (docs/adr/0016-reshards-on-a-cluster.md). Its phase is in the
 * StreamStorage, which is written before the pass acts, and only over the version that was
 * observed; the stream's status shows it:
 *
 * <ol>
 *   <li><b>Preparing</b>: the Shards and pods of the children are created. The reshard can be given
 *       up, by a change of the spec or because the children do not come up.
 *   <li><b>Sealing</b>: the leader of the first closing shard of each part seals its shard, the
 *       point of no return, and completes the part by itself. The operator only looks on.
 *   <li>When all shards are sealed and open, their Shards say so; then the new generation is
 *       published by one change of the StreamStorage, and shown by one of the stream's status.
 * </ol>
 *
 * A generation and a shard index are used once, even if the reshard is given up: so what an old
 * status says of a generation stays true.
 */
final class ReshardPass {
  /** After a reshard was given up, the same one is tried again after this time. */
  static final Duration RETRY_AFTER = Duration.ofMinutes(10);

  /** Most shards of one part: a sealed shard stores the plan of its part in one log entry. */
  static final int MOST_SHARDS_OF_A_PART = 2_000;

  /** How far the leaders' clocks may be ahead when they seal, in seconds. */
  private static final long CLOCK_MARGIN_SECONDS = 60;

  private static final String AS_EXPECTED = StreamConditions.AS_EXPECTED;

  private final ObservedStream observed;
  private final DesiredStream desired;
  private final Map<GroupName, EvaluatedShardSet> sets;
  private final Duration prepareTimeout;
  private final Instant now;
  private final PublishedShape shape;
  private final List<ReconcileAction> actions = new ArrayList<>();
  private final Map<String, ObservedShard> facts = new HashMap<>();

  /**
   * A pass.
   *
   * @param sets the shard sets by group, those of children included
   * @param prepareTimeout how long children may take to come up
   * @param initialCount number of shards that the stream began with
   */
  ReshardPass(
      ObservedStream observed,
      DesiredStream desired,
      Map<GroupName, EvaluatedShardSet> sets,
      Duration prepareTimeout,
      int initialCount,
      Instant now) {
    this.observed = observed;
    this.desired = desired;
    this.sets = sets;
    this.prepareTimeout = prepareTimeout;
    this.now = now;
    this.shape = observed.keptShape().orElseGet(() -> initialShape(desired, initialCount));
  }

  private static PublishedShape initialShape(DesiredStream desired, int count) {
    List<PublishedShards.BornShard> shards =
        desired.initialShards(count).stream()
            .map(spec -> new ObservedShard("", "", spec, ShardStatus.NONE))
            .map(ObservedShard::born)
            .toList();
    return new PublishedShape(1L, PublishedShards.of(shards, 1).digest(), count);
  }

  ReshardOutcome plan() {
    Optional<Resharding> current = observed.resharding();
    if (current.isEmpty()) {
      return idle(Optional.empty());
    }
    Resharding reshard = current.get();
    return switch (reshard.phase()) {
      case GIVEN_UP -> idle(current);
      case PREPARING -> preparing(reshard);
      case SEALING -> sealing(reshard);
    };
  }

  /** What the spec asks for, unless the stream has it. */
  private Optional<ReshardTarget> wanted(StreamShape published) {
    ReshardRequest request = observed.spec().reshardRequest();
    Optional<HandledRequest> handled = observed.handledRequest();
    if (request != null && handled.map(last -> !last.id().equals(request.id())).orElse(true)) {
      return Optional.of(new ReshardTarget.Exact(request));
    }
    Integer count = observed.spec().shardCount();
    boolean waitsForTheSpec =
        handled
            .filter(last -> request != null && last.problem() != null && count != null)
            .filter(last -> Objects.equals(last.shardCount(), count))
            .isPresent();
    return count == null || count == published.open().size() || waitsForTheSpec
        ? Optional.empty()
        : Optional.of(new ReshardTarget.Uniform(count));
  }

  private ReshardOutcome idle(Optional<Resharding> givenUp) {
    Optional<StreamShape> published = observed.shape();
    if (!observed.wasActive() || published.isEmpty()) {
      return outcome(givenUp, shape, observed.handledRequest(), notResharding(givenUp));
    }
    Optional<ReshardTarget> wanted = wanted(published.get());
    if (wanted.isEmpty()) {
      // The trace of a reshard that was given up stays: it tells what is left of it.
      return outcome(givenUp, shape, observed.handledRequest(), notResharding(Optional.empty()));
    }
    if (givenUp.isPresent()
        && (!observed.abandoned().isEmpty() || isTooEarly(givenUp.get(), wanted.get()))) {
      return outcome(givenUp, shape, observed.handledRequest(), notResharding(givenUp));
    }
    return switch (wanted.get().from(published.get(), shape.nextShardIndex())) {
      case Route.Impossible(String why) -> rejected(givenUp, why);
      case Route.To(Lineage lineage) -> begin(givenUp, wanted.get(), published.get(), lineage);
    };
  }

  private boolean isTooEarly(Resharding last, ReshardTarget wanted) {
    return observed.target(last).filter(wanted::equals).isPresent()
        && since(last).plus(RETRY_AFTER).isAfter(now);
  }

  private static Instant since(Resharding reshard) {
    return Instant.parse(reshard.since());
  }

  private ReshardOutcome rejected(Optional<Resharding> givenUp, String why) {
    Optional<HandledRequest> handled =
        Optional.ofNullable(observed.spec().reshardRequest())
            .map(request -> new HandledRequest(request.id(), why, observed.spec().shardCount()));
    event(true, "ReshardRejected", why);
    return outcome(givenUp, shape, handled, ConditionState.no("RequestRejected", why));
  }

  private ReshardOutcome begin(
      Optional<Resharding> givenUp, ReshardTarget wanted, StreamShape from, Lineage lineage) {
    long generation =
        Math.max(shape.generation(), givenUp.map(Resharding::generation).orElse(0L)) + 1;
    int opening = (int) lineage.born().stream().filter(Lineage.Born::stays).count();
    int count = from.open().size() - lineage.closing().size() + opening;
    Optional<String> requestId =
        wanted instanceof ReshardTarget.Exact(ReshardRequest request)
            ? Optional.of(request.id())
            : Optional.empty();
    boolean isTooLarge =
        lineage.parts().stream()
            .anyMatch(part -> part.closing().size() + part.born().size() > MOST_SHARDS_OF_A_PART);
    String what =
        "from %d to %d shards: %d are closed, %d opened"
            .formatted(from.open().size(), count, lineage.closing().size(), opening);
    Resharding next =
        resharding(
            isTooLarge ? ReshardPhase.GIVEN_UP : ReshardPhase.PREPARING,
            generation,
            count,
            requestId,
            shape.nextShardIndex());
    if (isTooLarge) {
      String why =
          what
              + ", which depend on each other; at most %d such shards can change at once: choose a count that is a multiple or a divisor"
                  .formatted(MOST_SHARDS_OF_A_PART);
      event(true, "ReshardGivenUp", why);
      return outcome(
          Optional.of(next), shape, observed.handledRequest(), ConditionState.no("GivenUp", why));
    }
    Optional<String> noRoom = roomProblem(lineage, generation, count);
    if (noRoom.isPresent()) {
      return noRoom(givenUp, noRoom.get());
    }
    event(false, "ReshardStarted", what);
    PublishedShape reserved =
        new PublishedShape(
            shape.generation(), shape.digest(), shape.nextShardIndex() + lineage.born().size());
    return outcome(
        Optional.of(next),
        reserved,
        observed.handledRequest(),
        ConditionState.yes("Preparing", what));
  }

  /** The quota that has no room for the new shards, before anything of them is made. */
  private Optional<String> roomProblem(Lineage lineage, long generation, int count) {
    List<ShardSpec> children = desired.newShards(lineage, generation, count);
    int newSets =
        (int)
            children.stream()
                .flatMap(child -> Optional.ofNullable(child.shardSet()).stream())
                .distinct()
                .count();
    return QuotaCheck.of(desired, children.size(), newSets * desired.replicas(), newSets)
        .problem(observed.quotas());
  }

  private ReshardOutcome noRoom(Optional<Resharding> givenUp, String why) {
    ConditionState refused = ConditionState.no("QuotaExceeded", why);
    if (shown().filter(last -> last.reason().equals(refused.reason())).isEmpty()) {
      event(true, refused.reason(), why);
    }
    return outcome(givenUp, shape, observed.handledRequest(), refused);
  }

  private Resharding resharding(
      ReshardPhase phase,
      long generation,
      int count,
      Optional<String> requestId,
      int firstShardIndex) {
    return new Resharding(
        phase,
        generation,
        count,
        requestId.orElse(null),
        firstShardIndex,
        now.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private Resharding in(ReshardPhase phase, Resharding reshard) {
    return resharding(
        phase,
        reshard.generation(),
        reshard.shardCount(),
        Optional.ofNullable(reshard.requestId()),
        reshard.firstShardIndex());
  }

  private ReshardOutcome preparing(Resharding reshard) {
    Optional<StreamShape> published = observed.shape();
    if (published.isEmpty()) {
      return preparing(reshard, "not all Shards were observed yet");
    }
    Optional<ReshardTarget> wanted = wanted(published.get());
    if (!wanted.equals(observed.target(reshard)) || wanted.isEmpty()) {
      return giveUp(reshard, "ReshardSuperseded", "the spec asks for something else by now");
    }
    if (!(wanted.get().from(published.get(), reshard.firstShardIndex())
        instanceof Route.To(Lineage lineage))) {
      return giveUp(reshard, "ReshardGivenUp", "the shards are no longer what it was planned for");
    }
    List<ShardSpec> children =
        desired.newShards(lineage, reshard.generation(), reshard.shardCount());
    List<ObservedShard> existing = observed.children();
    if (!children.containsAll(existing.stream().map(ObservedShard::spec).toList())) {
      return giveUp(reshard, "ReshardGivenUp", "another version of the operator has planned it");
    }
    if (!observed.abandoned().isEmpty()) {
      return preparing(reshard, "what is left of an earlier reshard is being deleted");
    }
    Optional<String> missing =
        existing.size() < children.size()
            ? Optional.of("%d of %d Shards exist".formatted(existing.size(), children.size()))
            : unprepared(parts(existing));
    if (missing.isPresent()) {
      return since(reshard).plus(prepareTimeout).isBefore(now)
          ? giveUp(
              reshard,
              "ReshardGivenUp",
              "the children did not come up within %d s: %s"
                  .formatted(prepareTimeout.toSeconds(), missing.get()))
          : preparing(reshard, missing.get());
    }
    event(false, "ReshardSealing", "the children are ready; the parents stop accepting records");
    return seal(in(ReshardPhase.SEALING, reshard), parts(existing));
  }

  private ReshardOutcome preparing(Resharding reshard, String what) {
    return outcome(
        Optional.of(reshard),
        shape,
        observed.handledRequest(),
        ConditionState.yes("Preparing", what));
  }

  private ReshardOutcome giveUp(Resharding reshard, String reason, String why) {
    event(true, reason, why);
    return outcome(
        Optional.of(in(ReshardPhase.GIVEN_UP, reshard)),
        shape,
        observed.handledRequest(),
        ConditionState.no("GivenUp", why));
  }

  private ReshardParts parts(List<ObservedShard> born) {
    Map<String, ObservedShard> all = new HashMap<>();
    observed.shards().forEach(shard -> all.put(shard.spec().shardId(), shard));
    return ReshardParts.of(born, all, sets);
  }

  /** The first thing that children or parents still need before anything is sealed. */
  private Optional<String> unprepared(ReshardParts parts) {
    List<Sighting> opening = new ArrayList<>();
    List<Sighting> closing = new ArrayList<>();
    parts.parts().forEach(part -> opening.addAll(part.opening()));
    parts.parts().forEach(part -> closing.addAll(part.closing()));
    List<Sighting> unready = opening.stream().filter(child -> !isServing(child)).toList();
    if (!unready.isEmpty()) {
      return Optional.of(
          "%d of %d children are ready; %s"
              .formatted(
                  opening.size() - unready.size(),
                  opening.size(),
                  explanation(unready.getFirst())));
    }
    return closing.stream()
        .filter(parent -> parent.report().isEmpty())
        .findFirst()
        .map(parent -> "parent " + parent.shard().spec().shardId() + " is unavailable");
  }

  private boolean isServing(Sighting child) {
    return set(child)
        .filter(
            set ->
                set.state() instanceof ShardSetState.Serving serving
                    && serving.unassigned().isEmpty())
        .isPresent();
  }

  private Optional<EvaluatedShardSet> set(Sighting sighting) {
    return GroupName.of(sighting.shard().spec())
        .flatMap(group -> Optional.ofNullable(sets.get(group)));
  }

  private String explanation(Sighting child) {
    return set(child)
        .flatMap(set -> set.state().explanation())
        .orElse("shard " + child.shard().spec().shardId() + " is being prepared");
  }

  private ReshardOutcome sealing(Resharding reshard) {
    if (!areAllObserved(reshard)) {
      return outcome(
          Optional.of(reshard),
          shape,
          observed.handledRequest(),
          ConditionState.yes("Sealing", "not all Shards were observed yet"));
    }
    ReshardParts parts = parts(observed.children());
    if (!parts.isDone()) {
      return seal(reshard, parts);
    }
    parts.parts().forEach(part -> publish(part, reshard.generation()));
    if (!facts.isEmpty()) {
      // Usually recorded before the seal already; not if sealing took longer than its margin.
      parts.parts().stream().mapToLong(Part::creationSecond).max().ifPresent(this::recordCreation);
      return outcome(
          Optional.of(reshard),
          shape,
          observed.handledRequest(),
          ConditionState.yes("Publishing", "all children are open"));
    }
    return published(reshard);
  }

  /**
   * Whether a view shows all Shards of a reshard: then they cover every hash key once when their
   * parents are closed. A plan that is made from fewer would leave keys without a shard.
   */
  private boolean areAllObserved(Resharding reshard) {
    List<PublishedShards.BornShard> shards =
        observed.shards().stream()
            .map(ObservedShard::born)
            .map(shard -> shard.at(shard.creationSecond().orElse(0L)))
            .toList();
    return PublishedShards.of(shards, reshard.generation()).shape().coversAllKeys();
  }

  /** Asks the coordinators; those that have begun complete their part by themselves. */
  private ReshardOutcome seal(Resharding reshard, ReshardParts parts) {
    int sealed = 0;
    int closing = 0;
    for (Part part : parts.parts()) {
      closing += part.closing().size();
      sealed += (int) part.closing().stream().filter(Sighting::isSealed).count();
      Sighting first = part.closing().getFirst();
      if (!first.isSealed()) {
        first.leader().ifPresent(pod -> actions.add(sealing(part, reshard, pod)));
      }
    }
    return outcome(
        Optional.of(reshard),
        shape,
        observed.handledRequest(),
        ConditionState.yes(
            "Sealing", "%d of %d parents are sealed%s".formatted(sealed, closing, lastFailure())));
  }

  /** Why the last pass could not do something, as the end of a message. */
  private String lastFailure() {
    return observed.failures().stream().findFirst().map(why -> "; " + why).orElse("");
  }

  private ReconcileAction sealing(Part part, Resharding reshard, ObservedPod pod) {
    ReshardPlan plan =
        part.plan(observed.identity().streamId().toString(), reshard.generation(), desired.names());
    return new ReconcileAction.SealShards(
        desired.name(),
        observed.identity().streamId(),
        now.getEpochSecond() + CLOCK_MARGIN_SECONDS,
        pod.address(),
        new ReshardStep(plan, Map.of(), false));
  }

  /** Before the Shards are published with it. */
  private void recordCreation(long second) {
    actions.add(
        new ReconcileAction.RecordCreation(desired.name(), observed.identity().streamId(), second));
  }

  private void publish(Part part, long generation) {
    long second = part.creationSecond();
    for (Sighting child : part.born()) {
      if (child.shard().status().creationSecond() == null) {
        fact(child.shard(), child.shard().status().withCreationSecond(second));
      }
    }
    for (Sighting parent : part.closing()) {
      if (!parent.shard().isClosed()) {
        fact(
            parent.shard(),
            parent.shard().status().withClosing(parent.closeSecond().orElseThrow(), generation));
      }
    }
  }

  private void fact(ObservedShard shard, ShardStatus status) {
    facts.put(
        shard.name(),
        new ObservedShard(shard.name(), shard.resourceVersion(), shard.spec(), status));
  }

  private ReshardOutcome published(Resharding reshard) {
    PublishedShards next =
        PublishedShards.of(
            observed.shards().stream().map(ObservedShard::born).toList(), reshard.generation());
    event(
        false,
        "Resharded",
        "%d shards are open, generation %d is published"
            .formatted(reshard.shardCount(), reshard.generation()));
    Optional<HandledRequest> handled =
        Optional.ofNullable(reshard.requestId())
            .map(id -> new HandledRequest(id, null, null))
            .or(observed::handledRequest);
    return outcome(
        Optional.empty(),
        new PublishedShape(reshard.generation(), next.digest(), shape.nextShardIndex()),
        handled,
        notResharding(Optional.empty()));
  }

  private ConditionState notResharding(Optional<Resharding> givenUp) {
    Optional<String> problem =
        observed.handledRequest().flatMap(last -> Optional.ofNullable(last.problem()));
    if (givenUp.isPresent()) {
      return previous().orElse(ConditionState.no("GivenUp", "the children did not come up"));
    }
    return problem
        .map(why -> ConditionState.no("RequestRejected", why))
        .orElseGet(
            () -> ConditionState.no(AS_EXPECTED, "the stream has the shards that it should have"));
  }

  /** The reason that the condition shows for a reshard that was given up. */
  private Optional<ConditionState> previous() {
    return shown()
        .filter(condition -> condition.reason().equals("GivenUp"))
        .map(condition -> ConditionState.no(condition.reason(), condition.message()));
  }

  private Optional<Condition> shown() {
    return observed.status().stream()
        .flatMap(shown -> Optional.ofNullable(shown.conditions()).stream().flatMap(List::stream))
        .filter(condition -> condition.type().equals(StreamConditions.RESHARDING))
        .findFirst();
  }

  private void event(boolean isWarning, String reason, String message) {
    actions.add(new ReconcileAction.RecordEvent(isWarning, reason, message, now));
  }

  private ReshardOutcome outcome(
      Optional<Resharding> resharding,
      PublishedShape nextShape,
      Optional<HandledRequest> handled,
      ConditionState condition) {
    return new ReshardOutcome(resharding, nextShape, handled, actions, facts, condition);
  }
}
