package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.operator.observe.ObservedPod;
import java.util.Optional;

/**
 * Where a shard set is on its way: Waiting, Unrecorded, Unformed, Electing, Unassigned, Serving.
 * From each of them it may fall to Lost, and from there nothing but its own disk brings it back.
 */
sealed interface ShardSetState {

  /** Nothing can be done but wait for the cluster. */
  record Waiting(String why) implements ShardSetState {}

  /** There is a disk, and its group is not recorded in all Shards of the set yet. */
  record Unrecorded(String group, String disk) implements ShardSetState {}

  /** The group is recorded; the disk has none yet. */
  record Unformed(ObservedPod pod, GroupFormation formation) implements ShardSetState {}

  /** The group is formed; its log does not take commands yet. */
  record Electing(ObservedPod pod) implements ShardSetState {}

  /** The group leads; the pod was not told yet what it should host, or has not opened all of it. */
  record Unassigned(ObservedPod pod, PodReport report, PodAssignment desired)
      implements ShardSetState {}

  /** All shards are open, with the settings that are desired. */
  record Serving(ObservedPod pod, PodReport report) implements ShardSetState {}

  /** The disk of the recorded group is gone, or what is on it is not what was put there. */
  record Lost(String message) implements ShardSetState {}

  /** What is waited for, for people; empty when nothing is, or when the next step is our own. */
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

  /** The pod's report, where the shards can be served. */
  default Optional<PodReport> leadingReport() {
    return switch (this) {
      case Unassigned(ObservedPod pod, PodReport report, PodAssignment desired) ->
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
