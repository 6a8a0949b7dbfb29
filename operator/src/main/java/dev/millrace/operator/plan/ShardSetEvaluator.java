// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.PodReport;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.resource.ResourceNames;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Determines the state of a shard set, and with it the next step.
 *
 * <p>So that no acknowledged record is lost, <b>a group is formed once, on one disk</b>:
 *
 * <ol>
 *   <li>The pod reports its disk. Group and disk are recorded in every Shard of the set.
 *   <li>A group is formed only after its record was observed in every Shard, and only on the
 *       recorded disk.
 *   <li>From then on another disk, or the same disk without its group, is a loss. It is reported
 *       and never repaired by forming the group again: an empty log would replace the lost one.
 * </ol>
 */
final class ShardSetEvaluator {
  private ShardSetEvaluator() {}

  /** Group and disk, as the Shards of a set record them. */
  private record Recorded(String group, String disk) {}

  static ShardSetState evaluate(ShardSet set, AssignedStream desired) {
    if (set.foreign()) {
      return new ShardSetState.Waiting(
          "a name of shard set " + set.name() + " belongs to another object");
    }
    if (!set.isWhole()) {
      return new ShardSetState.Waiting("the Shards of " + set.name() + " are being created");
    }
    Set<Recorded> recorded = new HashSet<>();
    boolean isEverywhere = true;
    for (ObservedShard shard : set.shards()) {
      String group = shard.status().group();
      String disk = shard.status().disk();
      if (group == null || disk == null) {
        isEverywhere = false;
      } else {
        recorded.add(new Recorded(group, disk));
      }
    }
    if (recorded.size() > 1) {
      return new ShardSetState.Lost(
          "the Shards of %s record different groups: %s".formatted(set.name(), recorded));
    }
    if (recorded.isEmpty()) {
      return unrecorded(set, desired.streamId());
    }
    Recorded known = recorded.iterator().next();
    return isEverywhere
        ? recorded(set, known, desired)
        : new ShardSetState.Unrecorded(known.group(), known.disk());
  }

  private static ShardSetState unrecorded(ShardSet set, String streamId) {
    Optional<PodReport> answered = report(set, streamId);
    if (answered.isEmpty()) {
      return silent(set);
    }
    PodReport report = answered.get();
    String group = groupOf(streamId, set.name(), report.disk());
    // If the disk has this group, the group was recorded before it was formed: the record was lost
    // with the Shard objects and is written again.
    return report.group() == null || report.group().equals(group)
        ? new ShardSetState.Unrecorded(group, report.disk())
        : new ShardSetState.Lost(
            "pod %s has group %s on disk %s, which was never recorded for shard set %s"
                .formatted(podName(set), report.group(), report.disk(), set.name()));
  }

  private static ShardSetState recorded(ShardSet set, Recorded known, AssignedStream desired) {
    Optional<PodReport> answered = report(set, desired.streamId());
    if (set.pod().isEmpty() || answered.isEmpty()) {
      return silent(set);
    }
    ObservedPod pod = set.pod().get();
    PodReport report = answered.get();
    if (!report.disk().equals(known.disk())) {
      return new ShardSetState.Lost(
          "the disk %s of group %s is gone; pod %s came up with disk %s: restore the volume"
              .formatted(known.disk(), known.group(), pod.name(), report.disk()));
    }
    if (report.group() == null) {
      return set.wasOpen()
          ? new ShardSetState.Lost(
              "the disk %s lost its group %s; pod %s came up without it: restore the volume"
                  .formatted(known.disk(), known.group(), pod.name()))
          : new ShardSetState.Unformed(pod, new GroupFormation(known.disk(), known.group()));
    }
    if (!report.group().equals(known.group())) {
      return new ShardSetState.Lost(
          "disk %s of pod %s has group %s where group %s was formed: restore the volume"
              .formatted(known.disk(), pod.name(), report.group(), known.group()));
    }
    if (!report.leads()) {
      return new ShardSetState.Electing(pod);
    }
    boolean hosts =
        set.shards().stream()
            .filter(shard -> shard.creationSecond().isPresent())
            .allMatch(shard -> ShardSet.serves(report, shard.spec()));
    return hosts && report.assigned(desired.streamId()).filter(desired::equals).isPresent()
        ? new ShardSetState.Serving(pod, report)
        : new ShardSetState.Unassigned(pod, report, desired);
  }

  /** The pod's report, unless it belongs to another stream: IP addresses are reused. */
  private static Optional<PodReport> report(ShardSet set, String streamId) {
    return set.pod()
        .flatMap(ObservedPod::report)
        .filter(report -> report.assignment() == null || report.assigned(streamId).isPresent());
  }

  private static ShardSetState silent(ShardSet set) {
    return new ShardSetState.Waiting("pod " + podName(set) + " gives no report");
  }

  private static String podName(ShardSet set) {
    return ResourceNames.pod(set.name());
  }

  /**
   * The id of the group of a shard set on a disk. It is derived, so that every pass finds the same
   * id.
   */
  private static String groupOf(String streamId, String shardSet, String disk) {
    return UUID.nameUUIDFromBytes(
            String.join("/", streamId, shardSet, disk).getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}
