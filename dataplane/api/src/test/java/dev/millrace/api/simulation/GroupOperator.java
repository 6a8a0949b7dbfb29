// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.Command;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Does what the operator does for one group: opens the first shards, begins reshards and publishes
 * what they led to, and has lost disks replaced.
 */
final class GroupOperator {
  private static final int POLL_MILLIS = 300;

  private final SimulatedGroup group;
  private final FrontCalls calls;
  private final List<FrontCatalogue> fronts;
  private final List<ReshardPlan> completed = new ArrayList<>();
  private StreamDefinition stream;
  private Optional<ReshardPlan> reshard = Optional.empty();
  private boolean isOpen;

  GroupOperator(
      SimulatedGroup group,
      FrontCalls calls,
      StreamDefinition stream,
      List<FrontCatalogue> fronts) {
    this.group = group;
    this.calls = calls;
    this.stream = stream;
    this.fronts = fronts;
  }

  /** The one that is under way. */
  Optional<ReshardPlan> reshard() {
    return reshard;
  }

  List<ReshardPlan> completed() {
    return completed;
  }

  /** Begins a reshard to a number of shards, unless one is under way. */
  void reshard(int count) {
    if (reshard.isEmpty() && isOpen) {
      reshard = ReshardPlans.toCount(stream, count, completed.size() + 2L);
      reshard.ifPresent(this::advance);
    }
  }

  void poll() {
    if (!isOpen) {
      open();
    }
    reshard.ifPresent(this::advance);
    group.pods().forEach(this::replaceLostDisk);
    fronts.stream()
        .filter(front -> group.world().chance(40))
        .forEach(front -> front.published(stream));
    group.world().time().later(POLL_MILLIS, this::poll);
  }

  private void open() {
    List<CompletableFuture<Void>> opened = new ArrayList<>();
    for (ShardDefinition shard : stream.shards()) {
      Command.OpenShard command =
          new Command.OpenShard(
              stream.ref(shard.id()), shard.range(), List.of(), shard.creationSecond());
      opened.add(
          calls
              .call(member -> member.raft().propose(command))
              .thenAccept(outcome -> {})
              .toCompletableFuture());
    }
    CompletableFuture.allOf(opened.toArray(CompletableFuture<?>[]::new))
        .thenAccept(all -> isOpen = true);
  }

  private void advance(ReshardPlan plan) {
    calls
        .call(member -> member.reshard(plan))
        .thenAccept(
            progress -> {
              boolean isComplete =
                  plan.opening().stream()
                      .allMatch(shard -> progress.open().contains(shard.shardId()));
              if (isComplete && reshard.filter(plan::equals).isPresent()) {
                publish(plan, progress);
              }
            });
  }

  private void publish(ReshardPlan plan, ReshardProgress progress) {
    long last = progress.sealed().values().stream().mapToLong(Long::longValue).max().orElseThrow();
    List<ShardDefinition> shards = new ArrayList<>();
    for (ShardDefinition shard : stream.shards()) {
      boolean closes = progress.sealed().containsKey(shard.id().toString());
      shards.add(closes ? shard.closed(last) : shard);
    }
    for (PlannedShard born : plan.born()) {
      ShardDefinition opened = born.opened(last + 1);
      Optional<ShardDefinition.Closing> end =
          plan.opening().contains(born)
              ? Optional.empty()
              : Optional.of(new ShardDefinition.Closing(last + 1, true));
      shards.add(
          new ShardDefinition(
              opened.id(), opened.range(), opened.parents(), opened.creationSecond(), end));
    }
    stream =
        new StreamDefinition(
            stream.name(),
            stream.id(),
            stream.creationSecond(),
            stream.status(),
            stream.settings(),
            stream.consumers(),
            new StreamShape(shards, stream.shape().nextIndex() + plan.born().size()),
            Optional.empty());
    completed.add(plan);
    reshard = Optional.empty();
  }

  /** Asks the leader for the disk that the pod has, instead of the one that the group knows. */
  private void replaceLostDisk(SimulatedPod pod) {
    MemberId fresh = pod.disk().member();
    calls.call(member -> replaceLostDisk(member.raft(), fresh));
  }

  private static CompletionStage<Void> replaceLostDisk(SimulatedRaft raft, MemberId fresh) {
    if (raft.leading().isEmpty()) {
      return CompletableFuture.failedStage(SimulatedRaft.notLeader());
    }
    LeaderTerm leader = raft.leading().get();
    raft.members().after().stream()
        .filter(lost -> lost.pod() == fresh.pod() && lost.disk() < fresh.disk())
        .forEach(lost -> leader.replace(lost, fresh));
    return CompletableFuture.completedStage(null);
  }
}
