// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.reshard.PlanText;
import dev.millrace.leader.reshard.ReshardCoordinator;
import dev.millrace.leader.reshard.ReshardParticipant;
import dev.millrace.leader.reshard.ReshardParticipant.Successors;
import dev.millrace.leader.reshard.ReshardPeers;
import dev.millrace.leader.session.TaskTimer;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The reshards of a shard pod's group. A sealed shard remembers its plan, so whoever leads the
 * group next completes the reshards that it coordinates, with or without the operator.
 */
final class HostedReshards implements AutoCloseable {
  private record JsonPlans() implements PlanText {
    @Override
    public String write(ReshardPlan plan) {
      return JsonObject.mapFrom(plan).encode();
    }

    @Override
    public ReshardPlan read(String text) {
      return new JsonObject(text).mapTo(ReshardPlan.class);
    }
  }

  /** What exists once the group was started. */
  private record Running(ReshardParticipant participant, ReshardCoordinator coordinator) {}

  private final ShardHost host;
  private final InstantSource clock;
  private final ReshardPeers peers;
  private final TaskTimer timer;
  private final ToLongFunction<StreamId> published;
  private volatile @Nullable Running running;

  /** The last term in which this pod led and took up what was not completed. */
  private long resumedIn = -1;

  /**
   * The reshards of a host.
   *
   * @param clock stamps seals
   * @param peers the other groups
   * @param published the published generation of a stream's shards; reshards up to it are done
   */
  HostedReshards(
      ShardHost host,
      InstantSource clock,
      ReshardPeers peers,
      TaskTimer timer,
      ToLongFunction<StreamId> published) {
    this.host = host;
    this.clock = clock;
    this.peers = peers;
    this.timer = timer;
    this.published = published;
  }

  /** Begins to take part. Called once the group was started. */
  void start() {
    UUID group = host.group().orElseThrow();
    ShardLog log = host.log().orElseThrow();
    ReshardParticipant participant =
        new ReshardParticipant(group.toString(), log, host.store(), clock, new JsonPlans());
    ReshardCoordinator coordinator = new ReshardCoordinator(participant, peers, timer, host::leads);
    running = new Running(participant, coordinator);
    lookAfter();
  }

  /** Takes up what was not completed, once in each term that this pod leads. */
  synchronized CompletionStage<Void> lookAfter() {
    Running now = running;
    OptionalLong term = host.term();
    if (now != null && term.isPresent() && term.getAsLong() != resumedIn && host.leads()) {
      host.store().shards().stream()
          .flatMap(shard -> host.store().state(shard).stream())
          .forEach(state -> resume(state, now.coordinator()));
      resumedIn = term.getAsLong();
    }
    return CompletableFuture.completedStage(null);
  }

  private void resume(ShardState state, ReshardCoordinator coordinator) {
    state
        .seal()
        .ifPresent(
            seal ->
                seal.plan()
                    .map(new JsonPlans()::read)
                    .filter(
                        plan -> plan.generation() > published.applyAsLong(state.shard().stream()))
                    .filter(plan -> plan.ref(plan.coordinator()).equals(state.shard()))
                    .ifPresent(plan -> coordinator.complete(plan, seal.second())));
  }

  /** Does the group's part of a step, and coordinates the reshard if that is the group's part. */
  CompletionStage<ReshardProgress> step(ReshardStep step) {
    Running now = running;
    if (now == null) {
      return CompletableFuture.failedStage(
          new LogRefusedException(Reason.NOT_LEADER, "no group is formed here yet", null));
    }
    PlannedShard first = step.plan().coordinator();
    boolean begins = step.sealed().isEmpty() && first.group().equals(now.participant().group());
    return begins ? begin(now, step, first.shardId()) : now.participant().step(step);
  }

  private static CompletionStage<ReshardProgress> begin(
      Running now, ReshardStep step, String first) {
    return now.coordinator()
        .rehearse(step.plan())
        .thenCompose(reached -> now.participant().step(step))
        .thenApply(
            progress -> {
              Optional.ofNullable(progress.sealed().get(first))
                  .ifPresent(second -> now.coordinator().complete(step.plan(), second));
              return progress;
            });
  }

  /** The open shards that took over from a sealed one. */
  Optional<Successors> successors(ShardRef sealed) {
    return Optional.ofNullable(running).flatMap(now -> now.participant().successors(sealed));
  }

  @Override
  public void close() {
    Optional.ofNullable(running).ifPresent(now -> now.coordinator().close());
  }
}
