// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.reshard;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.ShardReader;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The part of one group in reshards: it seals closing shards and opens new ones. All of it is
 * idempotent; what it has done stands in the shards' own states. Any thread may call; never blocks.
 */
public final class ReshardParticipant {
  /** Most sealed shards whose successors are remembered; a group hosts fewer shards. */
  private static final int MOST_REMEMBERED = 4_096;

  private final String group;
  private final ShardLog log;
  private final ShardReader reader;
  private final InstantSource clock;
  private final PlanText plans;
  private final Map<ShardRef, Successors> successors = new ConcurrentHashMap<>();

  /**
   * The open shards that took over a sealed shard's hash keys.
   *
   * @param plan the reshard
   * @param creationSecond of the new shards, epoch seconds
   */
  public record Successors(ReshardPlan plan, long creationSecond) {
    /** The new shards of the plan, all of which are open. */
    public List<ShardDefinition> shards() {
      return plan.opening().stream().map(shard -> shard.opened(creationSecond)).toList();
    }
  }

  /**
   * A participant.
   *
   * @param group the id of the group, as plans name it
   * @param log commits to the group
   * @param reader the states of its shards
   * @param clock stamps seals
   * @param plans what a sealed shard remembers of its plan
   */
  public ReshardParticipant(
      String group, ShardLog log, ShardReader reader, InstantSource clock, PlanText plans) {
    this.group = group;
    this.log = log;
    this.reader = reader;
    this.clock = clock;
    this.plans = plans;
  }

  /** The id of the group. */
  public String group() {
    return group;
  }

  /** The shards that took over from a sealed shard, once its coordinator said that all are open. */
  public Optional<Successors> successors(ShardRef sealed) {
    return Optional.ofNullable(successors.get(sealed));
  }

  /**
   * Does this group's part of a step.
   *
   * @return fails with {@link LogRefusedException}: {@code MALFORMED} for a step that can never be
   *     done, otherwise for one that may be repeated
   */
  public CompletionStage<ReshardProgress> step(ReshardStep step) {
    ReshardPlan plan = step.plan();
    List<PlannedShard> closing = hosted(plan.closing());
    boolean mayBegin =
        group.equals(plan.coordinator().group())
            || step.sealed().containsKey(plan.coordinator().shardId());
    if (!mayBegin) {
      return all(hosted(plan.opening()), shard -> rehearse(plan.ref(shard)))
          .thenApply(done -> new ReshardProgress(Map.of(), List.of()));
    }
    String text = plans.write(plan);
    Map<String, Long> sealed = new ConcurrentHashMap<>();
    return all(closing, shard -> seal(plan, shard, text, sealed))
        .thenCompose(
            done -> {
              ReshardStep known = step.with(sealed);
              return known.allSealed()
                  ? open(known, closing)
                  : CompletableFuture.completedStage(List.of());
            })
        .thenApply(open -> new ReshardProgress(new TreeMap<>(sealed), open));
  }

  /**
   * Commits an entry that changes nothing. So it is known before the point of no return that this
   * group can write; and after it, when writers wait, the code for it has run once.
   */
  private CompletionStage<Void> rehearse(ShardRef born) {
    return log.propose(new Command.RenewState(born)).thenAccept(outcome -> {});
  }

  private List<PlannedShard> hosted(List<PlannedShard> shards) {
    return shards.stream().filter(shard -> shard.group().equals(group)).toList();
  }

  private CompletionStage<Void> seal(
      ReshardPlan plan, PlannedShard shard, String text, Map<String, Long> sealed) {
    ShardRef ref = plan.ref(shard);
    Optional<ShardState> state = reader.state(ref);
    if (state.isEmpty()) {
      return refused("shard %s is not open in group %s".formatted(ref, group));
    }
    Optional<ShardState.Seal> before = state.get().seal();
    if (before.isPresent()) {
      long generation =
          before.get().plan().map(plans::read).map(ReshardPlan::generation).orElse(0L);
      if (generation != plan.generation()) {
        return refused(
            "shard %s was sealed by the reshard to generation %d, not %d"
                .formatted(ref, generation, plan.generation()));
      }
      sealed.put(shard.shardId(), before.get().second());
      return CompletableFuture.completedStage(null);
    }
    return log.propose(
            new Command.SealShard(ref, clock.instant().getEpochSecond(), Optional.of(text)))
        .thenAccept(
            outcome -> {
              if (!(outcome instanceof Outcome.Sealed(long second))) {
                throw unexpected("sealing", ref, outcome);
              }
              sealed.put(shard.shardId(), second);
            });
  }

  private CompletionStage<List<String>> open(ReshardStep step, List<PlannedShard> closing) {
    List<PlannedShard> born = hosted(step.plan().opening());
    return all(born, shard -> open(step, shard))
        .thenApply(
            done -> {
              if (step.opened()) {
                remember(step, closing);
              }
              return born.stream().map(PlannedShard::shardId).toList();
            });
  }

  private CompletionStage<Void> open(ReshardStep step, PlannedShard shard) {
    ShardRef ref = step.plan().ref(shard);
    if (reader.state(ref).isPresent()) {
      return CompletableFuture.completedStage(null);
    }
    ShardDefinition opened = shard.opened(step.creationSecond());
    return log.propose(
            new Command.OpenShard(ref, opened.range(), opened.parents(), opened.creationSecond()))
        .thenAccept(
            outcome -> {
              if (!(outcome instanceof Outcome.Done)) {
                throw unexpected("opening", ref, outcome);
              }
            });
  }

  private void remember(ReshardStep step, List<PlannedShard> closing) {
    if (successors.size() > MOST_REMEMBERED) {
      // Only a short cut: writers find the new shards once the reshard is published.
      successors.clear();
    }
    closing.forEach(
        shard ->
            successors.put(
                step.plan().ref(shard), new Successors(step.plan(), step.creationSecond())));
  }

  private static <T> CompletionStage<Void> all(
      List<T> items, Function<T, CompletionStage<Void>> work) {
    List<CompletableFuture<Void>> stages = new ArrayList<>();
    items.forEach(item -> stages.add(work.apply(item).toCompletableFuture()));
    return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
  }

  private static <T> CompletionStage<T> refused(String why) {
    return CompletableFuture.failedStage(new LogRefusedException(Reason.NOT_LEADER, why, null));
  }

  private static LogRefusedException unexpected(String doing, ShardRef shard, Outcome outcome) {
    return new LogRefusedException(
        Reason.UNKNOWN_OUTCOME,
        "%s shard %s had the unexpected outcome %s".formatted(doing, shard, outcome),
        null);
  }
}
