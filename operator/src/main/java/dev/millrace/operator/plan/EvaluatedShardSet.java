// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.operator.resource.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A shard set with its state.
 *
 * @param losses what happened to those of its replicas whose disks are gone
 */
record EvaluatedShardSet(ShardSet set, ShardSetState state, List<String> losses) {

  /** The loss of its records, if there is one. A published loss remains while a pod restarts. */
  Optional<String> loss() {
    if (state instanceof ShardSetState.Lost(String message)) {
      return Optional.of(message);
    }
    return state instanceof ShardSetState.Waiting ? set.publishedLoss() : Optional.empty();
  }

  /** The pods whose replicas do not keep up, in the eyes of the leader; none while nobody leads. */
  List<String> behind() {
    Optional<PodReport> leader = state.leadingReport();
    List<String> disks =
        set.shards().stream()
            .map(shard -> shard.status().recordedDisks())
            .findFirst()
            .orElse(List.of());
    List<String> behind = new ArrayList<>();
    for (int ordinal = 0; leader.isPresent() && ordinal < disks.size(); ordinal++) {
      String disk = disks.get(ordinal);
      boolean isInStep =
          leader.get().disk().equals(disk)
              || leader.get().follower(disk).filter(ReportedFollower::isInStep).isPresent();
      if (!isInStep) {
        behind.add(ResourceNames.pod(set.name(), ordinal));
      }
    }
    return behind;
  }

  /** How many replicas of how many keep up, for people; null for the only one. */
  @Nullable String inStep() {
    return set.replicas() == 1
        ? null
        : "%d/%d".formatted(set.replicas() - behind().size(), set.replicas());
  }
}
