// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.GroupFormation.FormedMember;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.PodReport;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.plan.LostReplicas.LostReplica;
import dev.millrace.operator.resource.ResourceNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
 *       While a majority of the disks is there, the shards are served, and another disk may become
 *       a new member in place of the lost one ({@link LostReplicas}). Without a majority a person
 *       may accept the loss ({@link MajorityLoss}).
 * </ol>
 */
final class ShardSetEvaluator {
  private final ShardSet set;
  private final AssignedStream desired;
  private final ResourceNames names;

  private final AcceptedLosses consents;

  private ShardSetEvaluator(
      ShardSet set, AssignedStream desired, ResourceNames names, AcceptedLosses consents) {
    this.consents = consents;
    this.set = set;
    this.desired = desired;
    this.names = names;
  }

  static EvaluatedShardSet evaluate(
      ShardSet set, AssignedStream desired, ResourceNames names, AcceptedLosses consents) {
    return new ShardSetEvaluator(set, desired, names, consents).evaluate();
  }

  private EvaluatedShardSet evaluate() {
    if (set.foreign()) {
      return only(
          new ShardSetState.Waiting(
              "a name of shard set " + set.id() + " belongs to another object"));
    }
    if (!set.isWhole()) {
      return only(new ShardSetState.Waiting("the Shards of " + set.id() + " are being created"));
    }
    List<RecordedGroup> recorded =
        set.shards().stream()
            .flatMap(shard -> RecordedGroup.of(shard).stream())
            .distinct()
            .toList();
    boolean isAmbiguous =
        recorded.stream().map(RecordedGroup::group).distinct().count() > 1
            || (set.replicas() == 1 && recorded.size() > 1);
    if (isAmbiguous) {
      return only(
          new ShardSetState.Lost(
              "the Shards of %s record different groups: %s".formatted(set.id(), recorded)));
    }
    if (recorded.isEmpty()) {
      return only(unrecorded());
    }
    for (RecordedGroup each : recorded) {
      if (each.disks().size() != set.replicas()) {
        return only(
            new ShardSetState.Lost(
                "the Shards of %s record %d disks for %d replicas"
                    .formatted(set.id(), each.disks().size(), set.replicas())));
      }
    }
    RecordedGroup known = known(recorded);
    return set.shards().stream().allMatch(shard -> RecordedGroup.of(shard).isPresent())
        ? recorded(known)
        : only(new ShardSetState.Unrecorded(known));
  }

  private EvaluatedShardSet only(ShardSetState state) {
    return new EvaluatedShardSet(set, state, List.of(), List.of(), DiskReplacement.NONE);
  }

  /**
   * The record, as it is once it follows the group's members. After a replacement some Shards may
   * still have the former one, for as long as the operator has not written all of them.
   */
  private RecordedGroup known(List<RecordedGroup> recorded) {
    String group = recorded.getFirst().group();
    Optional<RecordedGroup> followed =
        members(group)
            .flatMap(
                members ->
                    recorded.stream()
                        .map(each -> each.following(members, this::ordinalOf))
                        .filter(each -> each.isOf(members))
                        .findFirst());
    return followed.orElseGet(
        () ->
            recorded.stream()
                .max(
                    Comparator.comparing(this::disksInPlace)
                        .thenComparing(each -> each.members().size()))
                .orElseThrow());
  }

  private Optional<Integer> ordinalOf(String disk) {
    for (int ordinal = 0; ordinal < set.replicas(); ordinal++) {
      boolean isThere =
          set.pod(ResourceNames.pod(set.name(), ordinal))
              .flatMap(this::report)
              .filter(report -> report.disk().equals(disk))
              .isPresent();
      if (isThere) {
        return Optional.of(ordinal);
      }
    }
    return Optional.empty();
  }

  private long disksInPlace(RecordedGroup recorded) {
    return set.pods().values().stream()
        .flatMap(pod -> report(pod).stream())
        .filter(report -> recorded.disks().contains(report.disk()))
        .count();
  }

  /** The disks of the group's members, if its leader tells and is one of them. */
  private Optional<List<String>> members(String group) {
    return set.replicas() == 1
        ? Optional.empty()
        : set.leader()
            .flatMap(this::report)
            .filter(report -> group.equals(report.group()))
            .flatMap(ShardSetEvaluator::members);
  }

  private static Optional<List<String>> members(PodReport leader) {
    return Optional.ofNullable(leader.members()).filter(members -> members.contains(leader.disk()));
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
    String group = replacedGroup(disks).orElseGet(() -> groupOf(disks));
    // If a disk has this group, the group was recorded before it was formed: the record was lost
    // with the Shard objects and is written again.
    for (ObservedPod pod : pods) {
      String found = report(pod).orElseThrow().group();
      if (found != null && !found.equals(group)) {
        return new ShardSetState.Lost(
            "pod %s has group %s on disk %s, which was never recorded for shard set %s"
                .formatted(pod.name(), found, report(pod).orElseThrow().disk(), set.id()));
      }
    }
    return new ShardSetState.Unrecorded(new RecordedGroup(group, disks));
  }

  /** A group with a replaced disk has not the id of its disks; its leader knows its members. */
  private Optional<String> replacedGroup(List<String> disks) {
    return set.leader()
        .flatMap(this::report)
        .filter(report -> report.group() != null)
        .filter(
            report ->
                members(report)
                    .filter(members -> new RecordedGroup("", disks).isOf(members))
                    .isPresent())
        .map(PodReport::group);
  }

  private EvaluatedShardSet recorded(RecordedGroup known) {
    List<FoundMember> members = new ArrayList<>();
    for (int ordinal = 0; ordinal < set.replicas(); ordinal++) {
      members.add(member(known, ordinal));
    }
    List<String> losses =
        new LostReplicas(set, names, known, members, Optional.empty(), consents)
            .described().stream().map(LostReplica::why).toList();
    ShardSetState state = state(known, members, losses);
    LostReplicas lost =
        new LostReplicas(
            set,
            names,
            known,
            members,
            state.leadingReport().filter(report -> members(known.group()).isPresent()),
            consents);
    return new EvaluatedShardSet(set, state, known.disks(), lost.described(), lost.replacement());
  }

  private ShardSetState state(RecordedGroup known, List<FoundMember> members, List<String> losses) {
    MajorityLoss loss = new MajorityLoss(set, known, members, consents);
    if (loss.isThere()) {
      return new ShardSetState.Lost(loss.message(), loss.acceptance());
    }
    List<ObservedPod> unformed =
        members.stream()
            .filter(FoundMember.MemberWithoutGroup.class::isInstance)
            .map(empty -> ((FoundMember.MemberWithoutGroup) empty).pod())
            .toList();
    if (!unformed.isEmpty()) {
      return new ShardSetState.Unformed(unformed, formation(known));
    }
    Optional<String> silent =
        members.stream()
            .filter(FoundMember.SilentMember.class::isInstance)
            .map(member -> ((FoundMember.SilentMember) member).pod())
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
                          .filter(FoundMember.MemberInPlace.class::isInstance)
                          .map(member -> ((FoundMember.MemberInPlace) member).pod().name())
                          .toList()));
    }
    return led(leader.get(), members);
  }

  private static boolean isInPlace(ObservedPod pod, List<FoundMember> members) {
    return members.stream()
        .anyMatch(
            member ->
                member instanceof FoundMember.MemberInPlace(var present, var report)
                    && present.name().equals(pod.name()));
  }

  private ShardSetState led(ObservedPod leader, List<FoundMember> members) {
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
                    member instanceof FoundMember.MemberInPlace(var pod, var follower)
                        && !pod.name().equals(leader.name())
                        && !isAssigned(follower))
            .map(member -> ((FoundMember.MemberInPlace) member).pod())
            .toList();
    return new ShardSetState.Serving(leader, report, unassigned, desired);
  }

  private boolean isAssigned(PodReport report) {
    return report.assigned(desired.streamId()).filter(desired::equals).isPresent();
  }

  private FoundMember member(RecordedGroup known, int ordinal) {
    String name = ResourceNames.pod(set.name(), ordinal);
    String disk = known.disks().get(ordinal);
    Optional<ObservedPod> present = set.pod(name);
    Optional<PodReport> answered = present.flatMap(this::report);
    if (present.isEmpty() || answered.isEmpty()) {
      return new FoundMember.SilentMember(name);
    }
    PodReport report = answered.get();
    if (!report.disk().equals(disk)) {
      return anotherDisk(known, ordinal, present.get(), report);
    }
    if (report.group() == null) {
      return wasFormed(known)
          ? lost(
              present.get(),
              ordinal,
              "the disk %s lost its group %s; pod %s came up without it: restore the volume"
                  .formatted(disk, known.group(), name))
          : new FoundMember.MemberWithoutGroup(present.get());
    }
    return report.group().equals(known.group())
        ? new FoundMember.MemberInPlace(present.get(), report)
        : lost(
            present.get(),
            ordinal,
            "disk %s of pod %s has group %s where group %s was formed: restore the volume"
                .formatted(disk, name, report.group(), known.group()));
  }

  private static FoundMember lost(ObservedPod pod, int ordinal, String why) {
    String disk = pod.report().orElseThrow().disk();
    return new FoundMember.LostMember(pod, ordinal, disk, why, FoundMember.Remedy.BY_HAND);
  }

  /**
   * A disk that is not recorded: an empty one, one that has joined, or one that was a member before
   * it was replaced. Only members are told what is assigned to them, so the latter has been told.
   */
  private FoundMember anotherDisk(
      RecordedGroup known, int ordinal, ObservedPod pod, PodReport report) {
    String gone = what(known, ordinal, pod, report);
    boolean hasOthers = set.replicas() > 1;
    if (hasOthers && report.group() == null) {
      return new FoundMember.LostMember(pod, ordinal, report.disk(), gone, FoundMember.Remedy.JOIN);
    }
    Optional<List<String>> members =
        members(known.group()).filter(known::isOf).filter(is -> !is.contains(report.disk()));
    if (!hasOthers || !known.group().equals(report.group()) || members.isEmpty()) {
      return lost(pod, ordinal, gone + ": restore the volume");
    }
    return report.assignment() == null
        ? new FoundMember.LostMember(pod, ordinal, report.disk(), gone, FoundMember.Remedy.ADMIT)
        : lost(
            pod,
            ordinal,
            "disk %s of pod %s %s in group %s: delete its volume claim and the pod"
                .formatted(
                    report.disk(),
                    pod.name(),
                    known.isVacant(ordinal)
                        ? "was given up"
                        : "was replaced by disk " + known.disks().get(ordinal),
                    known.group()));
  }

  private static String what(RecordedGroup known, int ordinal, ObservedPod pod, PodReport report) {
    return known.isVacant(ordinal)
        ? "group %s has no member in pod %s since a loss was accepted; the pod came up with disk %s"
            .formatted(known.group(), pod.name(), report.disk())
        : "the disk %s of group %s is gone; pod %s came up with disk %s"
            .formatted(known.disks().get(ordinal), known.group(), pod.name(), report.disk());
  }

  /** Whether the group was formed on all of its disks: only then are shards assigned or open. */
  private boolean wasFormed(RecordedGroup known) {
    return set.wasOpen()
        || set.pods().values().stream()
            .flatMap(pod -> report(pod).stream())
            .anyMatch(
                report -> known.group().equals(report.group()) && report.assignment() != null);
  }

  /** How the group is formed, on each of its disks. */
  private GroupFormation formation(RecordedGroup known) {
    List<FormedMember> members = new ArrayList<>();
    for (int ordinal = 0; ordinal < set.replicas(); ordinal++) {
      String pod = ResourceNames.pod(set.name(), ordinal);
      if (!known.isVacant(ordinal)) {
        members.add(
            new FormedMember(
                known.disks().get(ordinal),
                names.raftAddress(pod, set.id().number()),
                names.rpcAddress(pod, set.id().number())));
      }
    }
    return new GroupFormation(
        known.members().getFirst(),
        known.group(),
        set.replicas() == 1 ? List.of() : members,
        false);
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
                    + set.id()
                    + "/"
                    + disks.stream().collect(Collectors.joining(",")))
                .getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}
