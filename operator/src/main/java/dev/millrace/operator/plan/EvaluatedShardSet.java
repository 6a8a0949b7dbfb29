// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.operator.plan.LostReplicas.LostReplica;
import dev.millrace.operator.resource.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A shard set with its state.
 *
 * @param disks of its members, in the order of its pods; empty before they are recorded
 * @param lost those of its replicas whose disks are gone
 * @param replacement what is done about them
 */
record EvaluatedShardSet(
    ShardSet set,
    ShardSetState state,
    List<String> disks,
    List<LostReplica> lost,
    DiskReplacement replacement) {

  /** What happened to those of its replicas whose disks are gone. */
  List<String> losses() {
    return lost.stream().map(LostReplica::why).toList();
  }

  /** The loss of its records, if there is one. A published loss remains while a pod restarts. */
  Optional<String> loss() {
    if (state instanceof ShardSetState.Lost lost) {
      return Optional.of(lost.message());
    }
    return state instanceof ShardSetState.Waiting ? set.publishedLoss() : Optional.empty();
  }

  /** The pods whose replicas do not keep up, in the eyes of the leader; none while nobody leads. */
  List<String> behind() {
    Optional<PodReport> leader = state.leadingReport();
    List<String> behind = new ArrayList<>();
    for (int ordinal = 0; leader.isPresent() && ordinal < disks.size(); ordinal++) {
      String disk = disks.get(ordinal);
      String pod = ResourceNames.pod(set.name(), ordinal);
      boolean isInStep =
          leader.get().disk().equals(disk)
              || leader.get().follower(disk).filter(ReportedFollower::isInStep).isPresent();
      if (!isInStep || lost.stream().anyMatch(replica -> replica.pod().equals(pod))) {
        behind.add(pod);
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
