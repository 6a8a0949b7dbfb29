// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.stream.StreamId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Shard pods whose last reports on subscriptions are remembered, so that the consumers of a stream
 * need not ask its pods again: they were asked for the stream. Any thread may call.
 */
public final class RememberedReports implements ShardPods {
  /**
   * For how long a report is remembered. Pods that have nothing new are asked twice in this time;
   * what is older is from a pod that is gone.
   */
  public static final Duration FRESH = Duration.ofMinutes(20);

  private record Remembered(Instant since, List<ShardSubscription> subscriptions) {
    boolean isFresh(Instant now) {
      return since.plus(FRESH).isAfter(now);
    }
  }

  private final ShardPods pods;
  private final InstantSource time;
  private final ConcurrentMap<String, ConcurrentMap<String, Remembered>> namespaces =
      new ConcurrentHashMap<>();

  public RememberedReports(ShardPods pods, InstantSource time) {
    this.pods = pods;
    this.time = time;
  }

  @Override
  public Optional<PodReport> report(PodAddress pod) {
    Optional<PodReport> report = pods.report(pod);
    List<ShardSubscription> subscriptions =
        report
            .filter(PodReport::leads)
            .flatMap(found -> Optional.ofNullable(found.subscriptions()))
            .orElse(List.of());
    if (subscriptions.isEmpty()) {
      namespaces.computeIfPresent(
          pod.namespace(),
          (namespace, known) -> {
            known.remove(pod.member());
            return known.isEmpty() ? null : known;
          });
    } else {
      namespaces.compute(
          pod.namespace(),
          (namespace, known) -> {
            ConcurrentMap<String, Remembered> next =
                known == null ? new ConcurrentHashMap<>() : known;
            next.put(pod.member(), new Remembered(time.instant(), subscriptions));
            return next;
          });
    }
    return report;
  }

  /** The subscriptions to the shards of a stream, in no order that matters. */
  public List<ShardSubscription> subscriptions(String namespace, StreamId stream) {
    Map<String, Remembered> known = namespaces.get(namespace);
    if (known == null) {
      return List.of();
    }
    Instant now = time.instant();
    known.values().removeIf(report -> !report.isFresh(now));
    return known.values().stream()
        .flatMap(report -> report.subscriptions().stream())
        .filter(subscription -> subscription.streamId().equals(stream.toString()))
        .toList();
  }

  @Override
  public PodAnswer formGroup(PodAddress pod, GroupFormation formation) {
    return pods.formGroup(pod, formation);
  }

  @Override
  public PodAnswer admitMember(PodAddress leader, MemberAdmission admission) {
    return pods.admitMember(leader, admission);
  }

  @Override
  public PodAnswer acceptLoss(PodAddress pod, AcceptedLoss loss) {
    return pods.acceptLoss(pod, loss);
  }

  @Override
  public PodAnswer reshard(PodAddress pod, ReshardStep step) {
    return pods.reshard(pod, step);
  }

  @Override
  public PodAnswer moveLeader(PodAddress leader, LeaderMove move) {
    return pods.moveLeader(leader, move);
  }

  @Override
  public PodAnswer assign(PodAddress pod, PodAssignment assignment) {
    return pods.assign(pod, assignment);
  }

  @Override
  public PodAnswer publish(PodAddress pod, StreamPublication publication) {
    return pods.publish(pod, publication);
  }
}
