// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.reshard.ReshardCoordinator;
import dev.millrace.leader.reshard.ReshardParticipant;
import dev.millrace.leader.session.TaskTimer;
import dev.millrace.leader.shard.GuardedClock;
import dev.millrace.leader.shard.GuardedLog;
import dev.millrace.leader.shard.LocalLeader;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.leader.shard.ShardTails;
import dev.millrace.leader.shard.ShardTrimmer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One process of the group: the real leader and the real reshards over a simulated log. */
final class SimulatedMember {
  private static final int CHORES_MILLIS = 500;
  private static final Duration RETENTION = Duration.ofHours(24);

  private final World world;
  private final SimulatedGroup group;
  private final MemberHost host;
  private final SimulatedStore store;
  private final SimulatedRaft raft;
  private final GuardedClock clock;
  private final ShardLog log;
  private final LocalLeader leader;
  private final ShardTrimmer trimmer;
  private final ReshardPlans plans;
  private final ReshardParticipant participant;
  private final ReshardCoordinator coordinator;
  private long resumedIn;

  <H extends MemberHost & TaskTimer> SimulatedMember(
      World world, SimulatedGroup group, SimulatedDisk disk, SimulatedClock wall, H host) {
    this.world = world;
    this.host = host;
    this.group = group;
    this.plans = group.plans();
    this.store = new SimulatedStore(world, disk);
    this.raft = new SimulatedRaft(world, disk, store, host);
    this.clock = new GuardedClock(wall, world.time()::nowMillis, world.time()::nanoTime);
    this.log =
        new GuardedLog(
            new PlantedLog(world, raft, plans, clock),
            () -> true,
            () -> isTrusted(clock.isTrusted()));
    this.trimmer = new ShardTrimmer(log, store, new ReadPool(Runnable::run));
    this.leader =
        new LocalLeader(
            log,
            store,
            RecordCipher.NONE,
            new ReadPool(Runnable::run),
            new ShardTails(),
            ShardLimits.NONE,
            clock,
            world.random()::nextLong);
    this.participant = new ReshardParticipant(ReshardPlans.GROUP, log, store, clock, plans);
    this.coordinator =
        new ReshardCoordinator(
            participant,
            (members, step) -> {
              throw new IllegalStateException("there is one group");
            },
            host,
            raft::leads);
  }

  void start() {
    raft.start();
    chores();
  }

  SimulatedRaft raft() {
    return raft;
  }

  SimulatedStore store() {
    return store;
  }

  boolean trustsItsClock() {
    return clock.check();
  }

  LocalLeader leader() {
    return leader;
  }

  void receive(RaftMessage message) {
    raft.receive(message);
  }

  /** The open shards that took over from a sealed one, if this member knows. */
  List<ShardDefinition> successors(ShardRef sealed) {
    return participant
        .successors(sealed)
        .map(ReshardParticipant.Successors::shards)
        .orElseGet(List::of);
  }

  /**
   * Begins a reshard. Once its first shard is sealed the leaders complete it: says how far it is.
   */
  CompletionStage<ReshardProgress> reshard(ReshardPlan plan) {
    return log.confirm()
        .thenCompose(
            proven -> {
              ReshardProgress progress = progress(plan);
              return progress.sealed().isEmpty()
                  ? begin(plan)
                  : CompletableFuture.completedStage(progress);
            });
  }

  private ReshardProgress progress(ReshardPlan plan) {
    Map<String, Long> sealed = new TreeMap<>();
    for (ReshardPlan.PlannedShard shard : plan.closing()) {
      store
          .state(plan.ref(shard))
          .flatMap(ShardState::closeSecond)
          .ifPresent(second -> sealed.put(shard.shardId(), second));
    }
    List<String> open =
        plan.opening().stream()
            .filter(shard -> store.state(plan.ref(shard)).isPresent())
            .map(ReshardPlan.PlannedShard::shardId)
            .toList();
    return new ReshardProgress(sealed, open);
  }

  private CompletionStage<ReshardProgress> begin(ReshardPlan plan) {
    return participant
        .step(new ReshardStep(plan, Map.of(), false))
        .thenApply(
            progress -> {
              Optional.ofNullable(progress.sealed().get(plan.coordinator().shardId()))
                  .ifPresent(second -> coordinator.complete(plan, second));
              return progress;
            });
  }

  private void chores() {
    clock.check();
    if (world.chance(30)) {
      flushSome();
    }
    if (raft.leads()) {
      resumeReshards();
      trim();
      if (world.chance(30)) {
        renewState();
      }
    }
    host.later(CHORES_MILLIS, this::chores);
  }

  private void flushSome() {
    List<ShardRef> held = store.held();
    if (!held.isEmpty()) {
      store.flush(held.get(world.random().nextInt(held.size())));
    }
    if (world.chance(30)) {
      raft.flush();
    }
    raft.purge();
  }

  /** Has the replicas compare the rows of a shard, more often than a leader does. */
  private void renewState() {
    List<ShardRef> held = store.held();
    if (!held.isEmpty()) {
      ShardRef shard = held.get(world.random().nextInt(held.size()));
      store
          .state(shard)
          .map(state -> new Command.RenewState(shard, Optional.of(state.newestStateRow())))
          .ifPresent(log::propose);
    }
  }

  /** Trims what is past retention, if there is any. The clock is checked after it was read. */
  private void trim() {
    long horizon = clock.millis() - RETENTION.toMillis();
    if (isTrusted(clock.check())) {
      store.held().forEach(shard -> trimmer.trim(shard, horizon));
    }
  }

  private boolean isTrusted(boolean isSteady) {
    return (isSteady && group.isInStep(clock.millis())) || world.has(GroupBug.TRIMS_BY_ANY_CLOCK);
  }

  /** Goes on, once in each term, with the reshards that an earlier leader began. */
  private void resumeReshards() {
    if (raft.term() != resumedIn && !world.has(GroupBug.RESHARD_IS_NOT_RESUMED)) {
      resumedIn = raft.term();
      store.held().forEach(shard -> store.state(shard).ifPresent(this::resume));
    }
  }

  private void resume(ShardState state) {
    state
        .seal()
        .ifPresent(
            seal ->
                seal.plan()
                    .map(plans::read)
                    .filter(plan -> plan.ref(plan.coordinator()).equals(state.shard()))
                    .ifPresent(plan -> coordinator.complete(plan, seal.second())));
  }
}
