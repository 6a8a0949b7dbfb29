// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.api.simulation.GroupChecks.Violation;
import dev.millrace.core.apply.ShardRow;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Checks what the replicas hold at the end: each shard by itself, its family, and its copies. */
final class ReplicaChecks {
  private final SimulatedStore store;
  private final List<Violation> violations = new ArrayList<>();

  /**
   * Checks of a group.
   *
   * @param store what the leader holds
   */
  ReplicaChecks(SimulatedStore store) {
    this.store = store;
  }

  private void violated(GroupInvariant invariant, String what, Object... values) {
    violations.add(new Violation(invariant, what.formatted(values)));
  }

  private void require(boolean holds, GroupInvariant invariant, String what, Object... values) {
    if (!holds) {
      violated(invariant, what, values);
    }
  }

  List<Violation> violations(SimulatedGroup group, List<ReshardPlan> completed) {
    group.pods().forEach(this::agrees);
    store.held().forEach(this::arrivals);
    store.held().forEach(this::retention);
    completed.forEach(this::follows);
    List<ShardDefinition> open = new ArrayList<>();
    store.held().stream()
        .flatMap(ref -> store.state(ref).stream())
        .filter(state -> state.seal().isEmpty())
        .forEach(state -> open.add(definition(state)));
    require(
        new StreamShape(open, Integer.MAX_VALUE).coversAllKeys(),
        GroupInvariant.SHARDS_FOLLOW_THEIR_PARENTS,
        "the open shards do not cover every key once: %s",
        open);
    return violations;
  }

  private static ShardDefinition definition(ShardState state) {
    return new ShardDefinition(
        state.shard().shard(), state.range(), state.parents(), state.creationSecond());
  }

  private void agrees(SimulatedPod pod) {
    pod.halted()
        .ifPresent(
            why -> violated(GroupInvariant.REPLICAS_AGREE, "pod %d ended: %s", pod.number(), why));
    pod.process()
        .ifPresent(
            member ->
                require(
                    member.store().rows().rows().equals(store.rows().rows()),
                    GroupInvariant.REPLICAS_AGREE,
                    "the rows of pod %d differ from the leader's",
                    pod.number()));
  }

  private void arrivals(ShardRef shard) {
    long last = 0;
    for (ShardRow row : store.decoded(shard).values()) {
      if (row instanceof ShardRow.Records records) {
        require(
            records.arrivalMillis() >= last,
            GroupInvariant.ARRIVALS_NEVER_FALL,
            "a record of %s arrived at %d, after one at %d",
            shard,
            records.arrivalMillis(),
            last);
        last = records.arrivalMillis();
      }
    }
  }

  /** A simulation is shorter than retention. */
  private void retention(ShardRef shard) {
    long horizon = store.state(shard).map(ShardState::trimPosition).orElse(0L);
    boolean isTrimmed =
        store.decoded(shard).headMap(horizon).values().stream()
            .anyMatch(ShardRow.Records.class::isInstance);
    require(
        !isTrimmed,
        GroupInvariant.NOTHING_IS_TRIMMED_EARLY,
        "%s was trimmed up to %d",
        shard,
        horizon);
  }

  private void follows(ReshardPlan plan) {
    for (PlannedShard parent : plan.closing()) {
      for (PlannedShard child : plan.opening()) {
        Optional<ShardState> parentState = store.state(plan.ref(parent));
        Optional<ShardState> childState = store.state(plan.ref(child));
        if (parentState.isEmpty() || childState.isEmpty()) {
          violated(
              GroupInvariant.SHARDS_FOLLOW_THEIR_PARENTS,
              "%s or its parent %s is gone",
              child.shardId(),
              parent.shardId());
          return;
        }
        ShardState ended = parentState.get();
        ShardState born = childState.get();
        long openedAt = store.decoded(plan.ref(child)).firstEntry().getValue().writtenBy().index();
        require(
            ended.seal().isPresent() && sealedAt(plan.ref(parent)) < openedAt,
            GroupInvariant.SHARDS_FOLLOW_THEIR_PARENTS,
            "%s was opened before %s was sealed",
            child.shardId(),
            parent.shardId());
        require(
            born.creationSecond() > ended.closeSecond().orElse(Long.MAX_VALUE)
                && born.sequenceNumber(0, born.creationSecond() * 1000)
                        .compareTo(
                            ended.sequenceNumber(ended.nextPosition(), ended.lastArrivalMillis()))
                    > 0,
            GroupInvariant.NUMBERS_RISE_ACROSS_RESHARDS,
            "%s begins in second %d and %s ended in %s",
            child.shardId(),
            born.creationSecond(),
            parent.shardId(),
            ended.closeSecond());
      }
    }
  }

  /** The entry that sealed a shard. */
  private long sealedAt(ShardRef shard) {
    return store.decoded(shard).values().stream()
        .filter(row -> row instanceof ShardRow.State state && state.state().seal().isPresent())
        .mapToLong(row -> row.writtenBy().index())
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** The records of all shards by their positions. */
  static SortedMap<ShardId, SortedMap<Long, String>> records(SimulatedStore store) {
    SortedMap<ShardId, SortedMap<Long, String>> all = new TreeMap<>();
    for (ShardRef shard : store.held()) {
      SortedMap<Long, String> texts = new TreeMap<>();
      store
          .decoded(shard)
          .forEach(
              (first, row) -> {
                long position = first;
                if (row instanceof ShardRow.Records records) {
                  for (RecordBatch.Entry entry : records.records().entries()) {
                    texts.put(
                        position++,
                        StandardCharsets.UTF_8.decode(entry.data().duplicate()).toString());
                  }
                }
              });
      all.put(shard.shard(), texts);
    }
    return all;
  }
}
