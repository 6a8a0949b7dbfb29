// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.PodReport;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.pods.PodAddress;
import java.util.List;
import java.util.Optional;

/**
 * The states of a shard set in their usual order: Waiting, Unrecorded, Unformed, Electing,
 * Unassigned, Serving. Each may change to Lost, which only ends when the recorded disk is back or a
 * person has accepted the loss.
 */
sealed interface ShardSetState {

  /** There is nothing to do but wait for the cluster. */
  record Waiting(String why) implements ShardSetState {}

  /** The pods report their disks; the group is not recorded in all Shards of the set yet. */
  record Unrecorded(RecordedGroup group) implements ShardSetState {}

  /**
   * The group is recorded; some disks have none yet.
   *
   * @param formation how it is formed; its disk is that of the first pod of the set
   */
  record Unformed(List<ObservedPod> pods, GroupFormation formation) implements ShardSetState {}

  /** The group is formed; its log does not accept commands yet. */
  record Electing(List<String> pods) implements ShardSetState {}

  /** The group has a leader, which has not accepted its assignment or not opened all shards yet. */
  record Unassigned(ObservedPod pod, PodReport report, AssignedStream desired)
      implements ShardSetState {}

  /**
   * All shards are open with the desired settings.
   *
   * @param unassigned other pods that have not taken their assignment yet
   */
  record Serving(
      ObservedPod pod, PodReport report, List<ObservedPod> unassigned, AssignedStream desired)
      implements ShardSetState {}

  /**
   * A majority of the recorded disks is gone, or the recorded group is not on them.
   *
   * @param acceptance what is done about it, since a person has accepted it
   */
  record Lost(String message, Optional<ReconcileAction.AcceptLoss> acceptance)
      implements ShardSetState {
    /** Nobody has accepted it. */
    Lost(String message) {
      this(message, Optional.empty());
    }
  }

  /** What the set is waiting for, for people; empty if it waits for nothing but the operator. */
  default Optional<String> explanation() {
    return switch (this) {
      case Waiting(String why) -> Optional.of(why);
      case Unformed unformed ->
          Optional.of("the group in pod " + unformed.pods().getFirst().name() + " is being formed");
      case Electing(List<String> pods) ->
          Optional.of("the group in " + named(pods) + " takes no commands");
      case Unassigned unassigned ->
          Optional.of("pod " + unassigned.pod().name() + " has not taken its assignment yet");
      case Lost lost -> Optional.of(lost.message());
      case Unrecorded unrecorded -> Optional.empty();
      case Serving serving -> Optional.empty();
    };
  }

  private static String named(List<String> pods) {
    return pods.size() == 1 ? "pod " + pods.getFirst() : "pods " + String.join(", ", pods);
  }

  /**
   * Whether all shards are served with the desired settings before a pod of the set is told what is
   * assigned to it: it does not lead, or a reshard has opened shards there.
   */
  default boolean isServedBefore(PodAddress told) {
    return switch (this) {
      case Unassigned unassigned -> unassigned.pod().address().equals(told) && isServing();
      case Serving serving ->
          serving.unassigned().stream().anyMatch(pod -> pod.address().equals(told));
      case Waiting waiting -> false;
      case Unrecorded unrecorded -> false;
      case Unformed unformed -> false;
      case Electing electing -> false;
      case Lost lost -> false;
    };
  }

  /** Whether all shards are served with the desired settings. */
  default boolean isServing() {
    return switch (this) {
      case Serving serving -> true;
      case Unassigned(ObservedPod pod, PodReport report, AssignedStream desired) ->
          report
                  .assigned(desired.streamId())
                  .filter(
                      present ->
                          present.retentionPeriodHours() == desired.retentionPeriodHours()
                              && present.limits().equals(desired.limits()))
                  .isPresent()
              && desired.shards().stream()
                  .allMatch(
                      shard ->
                          report.shards().stream()
                              .anyMatch(hosted -> hosted.shardId().equals(shard.shardId())));
      case Waiting waiting -> false;
      case Unrecorded unrecorded -> false;
      case Unformed unformed -> false;
      case Electing electing -> false;
      case Lost lost -> false;
    };
  }

  /** The report of the pod that serves the shards, if one does. */
  default Optional<PodReport> leadingReport() {
    return switch (this) {
      case Unassigned(ObservedPod pod, PodReport report, AssignedStream desired) ->
          Optional.of(report);
      case Serving serving -> Optional.of(serving.report());
      case Waiting waiting -> Optional.empty();
      case Unrecorded unrecorded -> Optional.empty();
      case Unformed unformed -> Optional.empty();
      case Electing electing -> Optional.empty();
      case Lost lost -> Optional.empty();
    };
  }
}
