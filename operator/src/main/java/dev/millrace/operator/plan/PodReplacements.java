// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.operator.observe.ObservedPod;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which pod of each shard set with replicas is replaced next, because its StatefulSet asks for
 * another one: one of a set at a time, while all others keep up; one that does not keep up first,
 * then the followers, and the leader last, which hands leadership over when it stops.
 */
final class PodReplacements {
  private final List<EvaluatedShardSet> sets;

  /**
   * The replacements.
   *
   * @param sets those that may be touched
   */
  PodReplacements(Collection<EvaluatedShardSet> sets) {
    this.sets = sets.stream().filter(evaluated -> evaluated.set().replicas() > 1).toList();
  }

  private static List<ObservedPod> outdated(EvaluatedShardSet evaluated) {
    return evaluated.set().pods().values().stream()
        .filter(pod -> pod.outdated().isPresent())
        .sorted(Comparator.comparing(ObservedPod::name))
        .toList();
  }

  /** How many pods are still to be replaced. */
  int left() {
    return sets.stream().mapToInt(evaluated -> outdated(evaluated).size()).sum();
  }

  /** What is done now. */
  List<ReconcileAction> actions() {
    return sets.stream()
        .flatMap(evaluated -> next(evaluated).stream())
        .<ReconcileAction>map(
            pod -> new ReconcileAction.EvictPod(pod.address(), pod.outdated().orElseThrow()))
        .toList();
  }

  private static Optional<ObservedPod> next(EvaluatedShardSet evaluated) {
    if (!(evaluated.state() instanceof ShardSetState.Serving serving)
        || evaluated.replacement().isUnderWay()) {
      return Optional.empty();
    }
    return outdated(evaluated).stream()
        .filter(pod -> !pod.isGoing())
        .filter(pod -> doOthersKeepUp(evaluated.set(), pod, serving.report()))
        .min(
            Comparator.comparing((ObservedPod pod) -> pod.name().equals(serving.pod().name()))
                .thenComparing(pod -> keepsUp(pod, serving.report())));
  }

  private static boolean doOthersKeepUp(ShardSet set, ObservedPod pod, PodReport leader) {
    return set.podNames().stream()
        .filter(name -> !name.equals(pod.name()))
        .allMatch(name -> set.pod(name).filter(other -> keepsUp(other, leader)).isPresent());
  }

  /**
   * Whether a pod answers, and the leader says that it is a member and acknowledges what is written
   * now. One that is about to become a member does not count in its place yet.
   */
  private static boolean keepsUp(ObservedPod pod, PodReport leader) {
    return pod.report()
        .map(PodReport::disk)
        .filter(disk -> leader.members() == null || leader.members().contains(disk))
        .filter(
            disk ->
                disk.equals(leader.disk())
                    || leader.follower(disk).filter(ReportedFollower::answersNow).isPresent())
        .isPresent();
  }
}
