// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ObjectKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Has each pod of a shard set lead one of its groups: a pod that leads two, while another one leads
 * none, gives one to it. A set is left alone while a pod is replaced or does not keep up. One group
 * of a set is moved in a pass, and a group that was moved a short time ago is not moved again: a
 * member may have given leadership away for a reason that no report tells.
 */
final class LeaderSpread {
  private final Set<ObjectKey> recent;

  /**
   * Spreads leaders.
   *
   * @param recent what was done a short time ago
   */
  LeaderSpread(Set<ObjectKey> recent) {
    this.recent = recent;
  }

  /** What stands for the leader of a group among what was done a short time ago. */
  static ObjectKey key(GroupName group) {
    return new ObjectKey(ObjectKey.GROUP, group.toString());
  }

  /** What is done now about some groups. */
  List<ReconcileAction> actions(Collection<EvaluatedShardSet> groups) {
    Map<String, List<EvaluatedShardSet>> bySet =
        groups.stream().collect(Collectors.groupingBy(group -> group.set().name()));
    return bySet.values().stream()
        .filter(set -> set.size() > 1 && set.stream().allMatch(LeaderSpread::isAtRest))
        .flatMap(set -> move(set).stream())
        .toList();
  }

  private static boolean isAtRest(EvaluatedShardSet group) {
    return group.state() instanceof ShardSetState.Serving(var pod, var report, var left, var shards)
        && left.isEmpty()
        && !group.replacement().isUnderWay()
        && group.behind().isEmpty()
        && group.set().pods().values().stream()
            .noneMatch(member -> member.isGoing() || member.outdated().isPresent());
  }

  private Optional<ReconcileAction> move(List<EvaluatedShardSet> set) {
    Map<String, Long> led =
        set.stream()
            .map(LeaderSpread::leader)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return set.stream()
        .sorted(Comparator.comparing(group -> group.set().id()))
        .filter(group -> led.getOrDefault(leader(group), 0L) > 1)
        .filter(group -> !recent.contains(key(group.set().id())))
        .flatMap(
            group ->
                takers(group)
                    .filter(pod -> !led.containsKey(pod.name()))
                    .map(pod -> move(group, pod)))
        .findFirst();
  }

  private static String leader(EvaluatedShardSet group) {
    return group.set().leader().orElseThrow().name();
  }

  /** The other members, which acknowledge what is written now and have room for more. */
  private static Stream<ObservedPod> takers(EvaluatedShardSet group) {
    PodReport leading = group.state().leadingReport().orElseThrow();
    return group.set().podNames().stream()
        .flatMap(name -> group.set().pod(name).stream())
        .filter(
            pod ->
                pod.report()
                    .filter(PodReport::hasRoom)
                    .flatMap(report -> leading.follower(report.disk()))
                    .filter(ReportedFollower::answersNow)
                    .isPresent());
  }

  private static ReconcileAction move(EvaluatedShardSet group, ObservedPod to) {
    PodReport leading = group.state().leadingReport().orElseThrow();
    return new ReconcileAction.MoveLeader(
        group.set().leader().orElseThrow().address(),
        new LeaderMove(String.valueOf(leading.group()), to.report().orElseThrow().disk()),
        group.set().id());
  }
}
