// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.GroupFormation.FormedMember;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.PodReport;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.resource.ResourceNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Determines the state of a shard set, and with it the next step.
 *
 * <p>So that no acknowledged record is lost, <b>a group is formed once, on the same disks</b>:
 *
 * <ol>
 *   <li>All pods of the set report their disks. Group and disks are recorded in every Shard.
 *   <li>A group is formed only after its record was observed in every Shard, only on the recorded
 *       disks, and no shard is opened before it is formed on all of them.
 *   <li>From then on another disk, or the same disk without its group, is a loss. It is reported
 *       and never repaired by forming the group again: an empty log would replace the lost one.
 *       While a majority of the disks is there, the shards are served.
 * </ol>
 */
final class ShardSetEvaluator {
  private final ShardSet set;
  private final AssignedStream desired;
  private final ResourceNames names;

  private ShardSetEvaluator(ShardSet set, AssignedStream desired, ResourceNames names) {
    this.set = set;
    this.desired = desired;
    this.names = names;
  }

  /** Group and disks, as the Shards of a set record them. */
  private record Recorded(String group, List<String> disks) {}

  /** What is found at the place of a member. */
  private sealed interface Member {
    /** Its pod answers, on the recorded disk with the recorded group. */
    record MemberInPlace(ObservedPod pod, PodReport report) implements Member {}

    /** Its pod answers, on the recorded disk without a group. */
    record MemberWithoutGroup(ObservedPod pod) implements Member {}

    /** Its pod gives no report. */
    record SilentMember(String pod) implements Member {}

    /** Its pod answers with something else than what was recorded. */
    record LostMember(String why) implements Member {}
  }

  static EvaluatedShardSet evaluate(ShardSet set, AssignedStream desired, ResourceNames names) {
    return new ShardSetEvaluator(set, desired, names).evaluate();
  }

  private EvaluatedShardSet evaluate() {
    if (set.foreign()) {
      return only(
          new ShardSetState.Waiting(
              "a name of shard set " + set.name() + " belongs to another object"));
    }
    if (!set.isWhole()) {
      return only(new ShardSetState.Waiting("the Shards of " + set.name() + " are being created"));
    }
    Set<Recorded> recorded = new HashSet<>();
    boolean isEverywhere = true;
    for (ObservedShard shard : set.shards()) {
      String group = shard.status().group();
      List<String> disks = shard.status().recordedDisks();
      if (group == null || disks.isEmpty()) {
        isEverywhere = false;
      } else {
        recorded.add(new Recorded(group, disks));
      }
    }
    if (recorded.size() > 1) {
      return only(
          new ShardSetState.Lost(
              "the Shards of %s record different groups: %s".formatted(set.name(), recorded)));
    }
    if (recorded.isEmpty()) {
      return only(unrecorded());
    }
    Recorded known = recorded.iterator().next();
    if (known.disks().size() != set.replicas()) {
      return only(
          new ShardSetState.Lost(
              "the Shards of %s record %d disks for %d replicas"
                  .formatted(set.name(), known.disks().size(), set.replicas())));
    }
    return isEverywhere
        ? recorded(known)
        : only(new ShardSetState.Unrecorded(known.group(), known.disks()));
  }

  private EvaluatedShardSet only(ShardSetState state) {
    return new EvaluatedShardSet(set, state, List.of());
  }

  private ShardSetState unrecorded() {
    List<ObservedPod> pods = new ArrayList<>();
    for (String pod : set.podNames()) {
      Optional<ObservedPod> answered =
          set.pod(pod).filter(observed -> report(observed).isPresent());
      if (answered.isEmpty()) {
        return silent(pod);
      }
      pods.add(answered.get());
    }
    List<String> disks = pods.stream().map(pod -> report(pod).orElseThrow().disk()).toList();
    String group = groupOf(disks);
    // If a disk has this group, the group was recorded before it was formed: the record was lost
    // with the Shard objects and is written again.
    for (ObservedPod pod : pods) {
      String found = report(pod).orElseThrow().group();
      if (found != null && !found.equals(group)) {
        return new ShardSetState.Lost(
            "pod %s has group %s on disk %s, which was never recorded for shard set %s"
                .formatted(pod.name(), found, report(pod).orElseThrow().disk(), set.name()));
      }
    }
    return new ShardSetState.Unrecorded(group, disks);
  }

  private EvaluatedShardSet recorded(Recorded known) {
    List<Member> members = new ArrayList<>();
    for (int ordinal = 0; ordinal < set.replicas(); ordinal++) {
      members.add(member(known, ordinal));
    }
    List<String> losses =
        members.stream()
            .filter(Member.LostMember.class::isInstance)
            .map(lost -> ((Member.LostMember) lost).why())
            .toList();
    return new EvaluatedShardSet(set, state(known, members, losses), losses);
  }

  private ShardSetState state(Recorded known, List<Member> members, List<String> losses) {
    if (losses.size() > (set.replicas() - 1) / 2) {
      return new ShardSetState.Lost(String.join("; ", losses));
    }
    List<ObservedPod> unformed =
        members.stream()
            .filter(Member.MemberWithoutGroup.class::isInstance)
            .map(empty -> ((Member.MemberWithoutGroup) empty).pod())
            .toList();
    if (!unformed.isEmpty()) {
      return new ShardSetState.Unformed(unformed, formation(known));
    }
    Optional<String> silent =
        members.stream()
            .filter(Member.SilentMember.class::isInstance)
            .map(member -> ((Member.SilentMember) member).pod())
            .findFirst();
    if (!wasFormed(known) && (silent.isPresent() || !losses.isEmpty())) {
      return silent.map(this::silent).orElseGet(() -> new ShardSetState.Waiting(losses.getFirst()));
    }
    Optional<ObservedPod> leader = set.leader().filter(pod -> isInPlace(pod, members));
    if (leader.isEmpty()) {
      return silent
          .map(this::silent)
          .orElseGet(
              () ->
                  new ShardSetState.Electing(
                      members.stream()
                          .filter(Member.MemberInPlace.class::isInstance)
                          .map(member -> ((Member.MemberInPlace) member).pod().name())
                          .toList()));
    }
    return led(leader.get(), members);
  }

  private static boolean isInPlace(ObservedPod pod, List<Member> members) {
    return members.stream()
        .anyMatch(
            member ->
                member instanceof Member.MemberInPlace(var present, var report)
                    && present.name().equals(pod.name()));
  }

  private ShardSetState led(ObservedPod leader, List<Member> members) {
    PodReport report = leader.report().orElseThrow();
    boolean hosts =
        set.shards().stream()
            .filter(shard -> shard.creationSecond().isPresent())
            .allMatch(shard -> ShardSet.serves(report, shard.spec()));
    if (!hosts || !isAssigned(report)) {
      return new ShardSetState.Unassigned(leader, report, desired);
    }
    // Only the leader opens shards; the others take their assignment once they have them.
    List<ObservedPod> unassigned =
        members.stream()
            .filter(
                member ->
                    member instanceof Member.MemberInPlace(var pod, var follower)
                        && !pod.name().equals(leader.name())
                        && !isAssigned(follower))
            .map(member -> ((Member.MemberInPlace) member).pod())
            .toList();
    return new ShardSetState.Serving(leader, report, unassigned, desired);
  }

  private boolean isAssigned(PodReport report) {
    return report.assigned(desired.streamId()).filter(desired::equals).isPresent();
  }

  private Member member(Recorded known, int ordinal) {
    String name = ResourceNames.pod(set.name(), ordinal);
    String disk = known.disks().get(ordinal);
    Optional<ObservedPod> present = set.pod(name);
    Optional<PodReport> answered = present.flatMap(this::report);
    if (present.isEmpty() || answered.isEmpty()) {
      return new Member.SilentMember(name);
    }
    PodReport report = answered.get();
    if (!report.disk().equals(disk)) {
      return new Member.LostMember(
          "the disk %s of group %s is gone; pod %s came up with disk %s: restore the volume"
              .formatted(disk, known.group(), name, report.disk()));
    }
    if (report.group() == null) {
      return wasFormed(known)
          ? new Member.LostMember(
              "the disk %s lost its group %s; pod %s came up without it: restore the volume"
                  .formatted(disk, known.group(), name))
          : new Member.MemberWithoutGroup(present.get());
    }
    return report.group().equals(known.group())
        ? new Member.MemberInPlace(present.get(), report)
        : new Member.LostMember(
            "disk %s of pod %s has group %s where group %s was formed: restore the volume"
                .formatted(disk, name, report.group(), known.group()));
  }

  /** Whether the group was formed on all of its disks: only then are shards assigned or open. */
  private boolean wasFormed(Recorded known) {
    return set.wasOpen()
        || set.pods().values().stream()
            .flatMap(pod -> report(pod).stream())
            .anyMatch(
                report -> known.group().equals(report.group()) && report.assignment() != null);
  }

  /** How the group is formed, on each of its disks. */
  private GroupFormation formation(Recorded known) {
    List<FormedMember> members = new ArrayList<>();
    for (int ordinal = 0; ordinal < set.replicas(); ordinal++) {
      String pod = ResourceNames.pod(set.name(), ordinal);
      members.add(
          new FormedMember(
              known.disks().get(ordinal), names.raftAddress(pod), names.rpcAddress(pod)));
    }
    return new GroupFormation(
        known.disks().getFirst(), known.group(), set.replicas() == 1 ? List.of() : members, false);
  }

  /** The pod's report, unless it belongs to another stream: IP addresses are reused. */
  private Optional<PodReport> report(ObservedPod pod) {
    return pod.report()
        .filter(
            report ->
                report.assignment() == null || report.assigned(desired.streamId()).isPresent());
  }

  private ShardSetState silent(String pod) {
    return new ShardSetState.Waiting("pod " + pod + " gives no report");
  }

  /**
   * The id of the group of a shard set on its disks. It is derived, so that every pass finds the
   * same id.
   */
  private String groupOf(List<String> disks) {
    return UUID.nameUUIDFromBytes(
            (desired.streamId()
                    + "/"
                    + set.name()
                    + "/"
                    + disks.stream().collect(Collectors.joining(",")))
                .getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}
