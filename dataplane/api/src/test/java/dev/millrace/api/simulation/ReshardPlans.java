// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.GroupMember;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.reshard.PlanText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans of reshards, all for the one group, and the text by which sealed shards remember them. */
final class ReshardPlans implements PlanText {
  static final String GROUP = "group";

  private final Map<String, ReshardPlan> plans = new HashMap<>();

  @Override
  public String write(ReshardPlan plan) {
    String text = "generation " + plan.generation();
    plans.put(text, plan);
    return text;
  }

  @Override
  public ReshardPlan read(String text) {
    return Optional.ofNullable(plans.get(text)).orElseThrow();
  }

  /** A plan to another number of shards; empty if it is that already. */
  static Optional<ReshardPlan> toCount(StreamDefinition stream, int count, long generation) {
    return ReshardPlanner.toCount(stream.shape(), count)
        .map(lineage -> plan(stream, lineage, generation));
  }

  private static ReshardPlan plan(StreamDefinition stream, Lineage lineage, long generation) {
    List<PlannedShard> closing =
        stream.shards().stream()
            .filter(shard -> lineage.closing().contains(shard.id()))
            .map(ReshardPlans::closing)
            .toList();
    List<PlannedShard> born =
        lineage.born().stream()
            .map(shard -> planned(shard.id(), shard.range(), shard.parents(), shard.stays()))
            .toList();
    return new ReshardPlan(stream.id().toString(), generation, closing, born);
  }

  private static PlannedShard closing(ShardDefinition shard) {
    return planned(shard.id(), shard.range(), shard.parents(), true);
  }

  private static PlannedShard planned(
      ShardId id, HashKeyRange range, List<ShardId> parents, boolean stays) {
    return new PlannedShard(
        id.toString(),
        range.starting().toString(),
        range.ending().toString(),
        parents.stream().map(ShardId::toString).toList(),
        stays ? GROUP : "",
        stays ? List.of(new GroupMember(GROUP, List.of(GROUP))) : List.of());
  }
}
