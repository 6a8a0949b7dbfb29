// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.PodReport;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.pods.PodAddress;
import java.util.Optional;

/**
 * The states of a shard set in their usual order: Waiting, Unrecorded, Unformed, Electing,
 * Unassigned, Serving. Each may change to Lost, which only ends when the recorded disk is back.
 */
sealed interface ShardSetState {

  /** There is nothing to do but wait for the cluster. */
  record Waiting(String why) implements ShardSetState {}

  /** The pod reports a disk; the group is not recorded in all Shards of the set yet. */
  record Unrecorded(String group, String disk) implements ShardSetState {}

  /** The group is recorded; the disk has none yet. */
  record Unformed(ObservedPod pod, GroupFormation formation) implements ShardSetState {}

  /** The group is formed; its log does not accept commands yet. */
  record Electing(ObservedPod pod) implements ShardSetState {}

  /**
   * The group has a leader; the pod has not accepted its assignment or not opened all shards yet.
   */
  record Unassigned(ObservedPod pod, PodReport report, AssignedStream desired)
      implements ShardSetState {}

  /** All shards are open with the desired settings. */
  record Serving(ObservedPod pod, PodReport report) implements ShardSetState {}

  /** The recorded disk is gone, or the recorded group is not on it. */
  record Lost(String message) implements ShardSetState {}

  /** What the set is waiting for, for people; empty if it waits for nothing but the operator. */
  default Optional<String> explanation() {
    return switch (this) {
      case Waiting(String why) -> Optional.of(why);
      case Unformed unformed ->
          Optional.of("the group in pod " + unformed.pod().name() + " is being formed");
      case Electing electing ->
          Optional.of("the group in pod " + electing.pod().name() + " takes no commands");
      case Unassigned unassigned ->
          Optional.of("pod " + unassigned.pod().name() + " has not taken its assignment yet");
      case Lost(String message) -> Optional.of(message);
      case Unrecorded unrecorded -> Optional.empty();
      case Serving serving -> Optional.empty();
    };
  }

  /**
   * Whether a pod serves all of its shards with the desired settings, though it has not been told
   * yet of shards that a reshard opened there.
   */
  default boolean isServedBy(PodAddress address) {
    return this instanceof Unassigned(ObservedPod pod, PodReport report, AssignedStream desired)
        && pod.address().equals(address)
        && isServing();
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

  /** The pod's report, if the pod can serve shards. */
  default Optional<PodReport> leadingReport() {
    return switch (this) {
      case Unassigned(ObservedPod pod, PodReport report, AssignedStream desired) ->
          Optional.of(report);
      case Serving(ObservedPod pod, PodReport report) -> Optional.of(report);
      case Waiting waiting -> Optional.empty();
      case Unrecorded unrecorded -> Optional.empty();
      case Unformed unformed -> Optional.empty();
      case Electing electing -> Optional.empty();
      case Lost lost -> Optional.empty();
    };
  }
}
