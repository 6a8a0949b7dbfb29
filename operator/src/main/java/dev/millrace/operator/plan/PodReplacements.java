// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.operator.observe.ObservedPod;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which pod of each shard set with replicas is replaced next, because its StatefulSet asks for
 * another one: one of a set at a time, while all others keep up in each of its groups; one that
 * does not keep up first, then the one that leads the fewest groups, which it hands over when it
 * stops.
 */
final class PodReplacements {
  /** The groups of each set. */
  private final Collection<List<EvaluatedShardSet>> sets;

  /**
   * The replacements.
   *
   * @param groups those that may be touched
   */
  PodReplacements(Collection<EvaluatedShardSet> groups) {
    this.sets =
        groups.stream()
            .filter(evaluated -> evaluated.set().replicas() > 1)
            .collect(
                Collectors.groupingBy(
                    evaluated -> evaluated.set().name(), LinkedHashMap::new, Collectors.toList()))
            .values();
  }

  private static List<ObservedPod> outdated(List<EvaluatedShardSet> groups) {
    return groups.getFirst().set().pods().values().stream()
        .filter(pod -> pod.outdated().isPresent())
        .sorted(Comparator.comparing(ObservedPod::name))
        .toList();
  }

  /** How many pods are still to be replaced. */
  int left() {
    return sets.stream().mapToInt(groups -> outdated(groups).size()).sum();
  }

  /** What is done now. */
  List<ReconcileAction> actions() {
    return sets.stream()
        .flatMap(groups -> next(groups).stream())
        .<ReconcileAction>map(
            pod -> new ReconcileAction.EvictPod(pod.address(), pod.outdated().orElseThrow()))
        .toList();
  }

  private static Optional<ObservedPod> next(List<EvaluatedShardSet> groups) {
    boolean mayTouch =
        groups.stream()
            .allMatch(
                group ->
                    group.state() instanceof ShardSetState.Serving
                        && !group.replacement().isUnderWay());
    return mayTouch
        ? outdated(groups).stream()
            .filter(pod -> !pod.isGoing())
            .filter(pod -> groups.stream().allMatch(group -> doOthersKeepUp(group, pod.name())))
            .min(
                Comparator.comparing((ObservedPod pod) -> led(groups, pod.name()))
                    .thenComparing(
                        pod -> groups.stream().allMatch(group -> keepsUp(group, pod.name()))))
        : Optional.empty();
  }

  private static long led(List<EvaluatedShardSet> groups, String pod) {
    return groups.stream()
        .filter(
            group -> group.set().leader().filter(leader -> leader.name().equals(pod)).isPresent())
        .count();
  }

  private static boolean doOthersKeepUp(EvaluatedShardSet group, String pod) {
    return group.set().podNames().stream()
        .filter(name -> !name.equals(pod))
        .allMatch(name -> keepsUp(group, name));
  }

  /**
   * Whether a pod answers, and the leader says that it is a member and acknowledges what is written
   * now. One that is about to become a member does not count in its place yet.
   */
  private static boolean keepsUp(EvaluatedShardSet group, String pod) {
    PodReport leader = group.state().leadingReport().orElseThrow();
    return group
        .set()
        .pod(pod)
        .flatMap(ObservedPod::report)
        .map(PodReport::disk)
        .filter(disk -> leader.members() == null || leader.members().contains(disk))
        .filter(
            disk ->
                disk.equals(leader.disk())
                    || leader.follower(disk).filter(ReportedFollower::answersNow).isPresent())
        .isPresent();
  }
}
