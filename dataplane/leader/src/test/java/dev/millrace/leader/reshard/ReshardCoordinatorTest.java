// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.GroupMember;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.leader.TestingShards;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Once the first shard is sealed, the leaders complete the reshard: whatever process stops at
 * whatever command, whatever call is lost before or after it was done, and without an operator.
 */
class ReshardCoordinatorTest {
  private static final StreamId STREAM = new StreamId(7);
  private static final int RUNS = 300;
  private static final int TROUBLED_ROUNDS = 30;
  private static final int MOST_ROUNDS = 1_000;

  private Random chance = new Random(0);
  private final Map<String, Group> groups = new HashMap<>();
  private final Queue<Runnable> timer = new ArrayDeque<>();
  private boolean isTroubled;
  private long second = 1_700_000_000L;

  /** A group in a process of its own. */
  private final class Group {
    private final String name;
    private final TestingShards shards = new TestingShards();
    private ReshardParticipant participant;

    Group(String name) {
      this.name = name;
      this.participant = participant();
    }

    private ReshardParticipant participant() {
      return new ReshardParticipant(
          name,
          shards,
          shards.reader(),
          () -> Instant.ofEpochSecond(second + chance.nextInt(3)),
          new TestingPlans());
    }

    /** What was in memory is gone. */
    void restart() {
      shards.stopAfter(Integer.MAX_VALUE);
      participant = participant();
    }
  }

  /** Keeps the plans themselves. */
  private static final class TestingPlans implements PlanText {
    private static final Map<String, ReshardPlan> PLANS = new HashMap<>();

    @Override
    public String write(ReshardPlan plan) {
      String text = "plan of generation " + plan.generation();
      PLANS.put(text, plan);
      return text;
    }

    @Override
    public ReshardPlan read(String text) {
      return Optional.ofNullable(PLANS.get(text)).orElseThrow();
    }
  }

  static LongStream seeds() {
    Long given = Long.getLong("millrace.simulation.seed");
    return given == null ? LongStream.range(0, RUNS) : LongStream.of(given);
  }

  /** A call may be lost on its way, or its answer may be. */
  private CompletionStage<ReshardProgress> call(List<GroupMember> members, ReshardStep step) {
    Group group = Optional.ofNullable(groups.get(members.getFirst().pod())).orElseThrow();
    if (isTroubled && chance.nextInt(3) == 0) {
      return lost();
    }
    if (isTroubled && chance.nextInt(4) == 0) {
      group.shards.stopAfter(chance.nextInt(2));
    }
    CompletionStage<ReshardProgress> answer = group.participant.step(step);
    if (group.shards.isStopped()) {
      group.restart();
    }
    return isTroubled && chance.nextInt(4) == 0 ? lost() : answer;
  }

  private static CompletionStage<ReshardProgress> lost() {
    return CompletableFuture.failedStage(
        new LogRefusedException(Reason.UNKNOWN_OUTCOME, "lost", null));
  }

  private ReshardPlan plan(int from, int to) {
    List<ShardDefinition> parents = new ArrayList<>();
    for (HashKeyRange range : HashKeyRange.uniform(from)) {
      parents.add(new ShardDefinition(new ShardId(parents.size()), range, List.of(), second));
    }
    Lineage lineage =
        ReshardPlanner.toCount(new StreamShape(parents, from), to).orElseThrow().parts().getFirst();
    List<PlannedShard> closing = new ArrayList<>();
    for (ShardId id : lineage.closing()) {
      ShardDefinition parent = parents.get(id.index());
      Group group = groups.computeIfAbsent("parent " + id, Group::new);
      group.shards.propose(
          new Command.OpenShard(new ShardRef(STREAM, id), parent.range(), List.of(), second));
      closing.add(planned(id, parent.range(), List.of(), group.name));
    }
    List<PlannedShard> born = new ArrayList<>();
    for (Lineage.Born child : lineage.born()) {
      // Two children share a group now and then.
      String group = child.stays() ? "child " + child.id().index() / (1 + chance.nextInt(2)) : "";
      if (child.stays()) {
        groups.computeIfAbsent(group, Group::new);
      }
      born.add(planned(child.id(), child.range(), child.parents(), group));
    }
    return new ReshardPlan(STREAM.toString(), 2, closing, born);
  }

  private static PlannedShard planned(
      ShardId id, HashKeyRange range, List<ShardId> parents, String group) {
    return new PlannedShard(
        id.toString(),
        range.starting().toString(),
        range.ending().toString(),
        parents.stream().map(ShardId::toString).toList(),
        group,
        group.isEmpty() ? List.of() : List.of(new GroupMember(group, List.of(group))));
  }

  private Optional<ShardState> state(PlannedShard shard) {
    return Optional.ofNullable(groups.get(shard.group()))
        .flatMap(group -> group.shards.state(new ShardRef(STREAM, shard.id())));
  }

  private ReshardCoordinator coordinator(Group first) {
    return new ReshardCoordinator(
        first.participant, this::call, (millis, task) -> timer.add(task), () -> true);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void onceTheFirstShardIsSealedTheLeadersCompleteTheReshard(long seed) {
    chance = new Random(seed);
    int from = 1 + chance.nextInt(5);
    ReshardPlan plan = plan(from, from + 1 + chance.nextInt(4));
    Group first = Optional.ofNullable(groups.get(plan.coordinator().group())).orElseThrow();
    ReshardStep begin = new ReshardStep(plan, Map.of(), false);
    long sealed =
        first
            .participant
            .step(begin)
            .toCompletableFuture()
            .join()
            .sealed()
            .getOrDefault(plan.coordinator().shardId(), 0L);
    assertThat(sealed).as("seed %d", seed).isPositive();

    isTroubled = true;
    ReshardCoordinator coordinator = coordinator(first);
    coordinator.complete(plan, sealed);
    for (int round = 0; round < TROUBLED_ROUNDS; round++) {
      assertSound(plan, seed);
      second += chance.nextInt(4);
      if (chance.nextInt(6) == 0) {
        coordinator.close();
        timer.clear();
        first.restart();
        coordinator = coordinator(first);
        coordinator.complete(plan, sealed);
      }
      Optional.ofNullable(timer.poll()).ifPresent(Runnable::run);
    }
    isTroubled = false;
    for (int round = 0; round < MOST_ROUNDS && !timer.isEmpty(); round++) {
      timer.remove().run();
    }
    assertSound(plan, seed);
    assertThat(plan.closing())
        .as("seed %d", seed)
        .allSatisfy(shard -> assertThat(state(shard).orElseThrow().seal()).isPresent());
    assertThat(plan.opening())
        .as("seed %d", seed)
        .allSatisfy(shard -> assertThat(state(shard)).isPresent());
  }

  @Test
  void aRehearsalFailsWhileAGroupWithNewShardsCannotWriteAndChangesNoShard() {
    ReshardPlan plan = plan(1, 2);
    Group first = Optional.ofNullable(groups.get(plan.coordinator().group())).orElseThrow();
    PlannedShard child = plan.opening().getLast();
    Group last = Optional.ofNullable(groups.get(child.group())).orElseThrow();
    ReshardCoordinator coordinator = coordinator(first);
    last.shards.stopAfter(0);
    assertThat(coordinator.rehearse(plan)).isCompletedExceptionally();
    last.shards.stopAfter(Integer.MAX_VALUE);
    assertThat(coordinator.rehearse(plan)).isCompleted();
    assertThat(plan.opening()).allSatisfy(shard -> assertThat(state(shard)).isEmpty());
    assertThat(state(plan.coordinator()).orElseThrow().seal()).isEmpty();
  }

  /** Nothing opens before all is sealed, and all that opens begins in the same second, after it. */
  private void assertSound(ReshardPlan plan, long seed) {
    List<ShardState> opened =
        plan.opening().stream().flatMap(shard -> state(shard).stream()).toList();
    if (opened.isEmpty()) {
      return;
    }
    long latest = 0;
    for (PlannedShard parent : plan.closing()) {
      Optional<Long> end = state(parent).flatMap(ShardState::closeSecond);
      assertThat(end).as("seed %d: the end of %s", seed, parent.shardId()).isPresent();
      latest = Math.max(latest, end.get());
    }
    assertThat(opened).extracting(ShardState::creationSecond).containsOnly(latest + 1);
  }
}
