// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.GroupFormation.FormedMember;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.plan.DiskReplacement.MemberChange;
import dev.millrace.operator.plan.FoundMember.LostMember;
import dev.millrace.operator.plan.FoundMember.Remedy;
import dev.millrace.operator.resource.ResourceNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts the disks that pods came up with in the place of lost ones, or in places that are vacant
 * since a loss was accepted. A new disk is a new member of the group, under an id of its own:
 *
 * <ol>
 *   <li>The empty disk <b>joins</b>: it takes over what the others have, and does not vote.
 *   <li>The leader <b>admits</b> it in place of the lost one, or as one more, by a change of the
 *       configuration.
 *   <li>The Shards <b>record</b> what the leader says that the members are.
 * </ol>
 *
 * <p>The configuration is changed first and the record follows, so each step may be taken again,
 * and an operator that stops in between finds the same state. It replaces one member at a time,
 * only while a majority of all members, the lost one counted as away, acknowledges what is written;
 * the leader compares the members with those that were seen here. A disk that was a member once is
 * never admitted again.
 */
final class LostReplicas {
  private final ShardSet set;
  private final ResourceNames names;
  private final RecordedGroup known;
  private final List<FoundMember> found;
  private final List<LostMember> lost;
  private final Optional<PodReport> leader;
  private final AcceptedLosses consents;
  private final List<String> members;

  /**
   * The lost replicas of a set.
   *
   * @param known the record, or what it is about to be
   * @param leader the report of the leader in place; empty if there is none, or if it does not say
   *     which disks are members
   * @param consents what a person has accepted, for the trail
   */
  LostReplicas(
      ShardSet set,
      ResourceNames names,
      RecordedGroup known,
      List<FoundMember> found,
      Optional<PodReport> leader,
      AcceptedLosses consents) {
    this.consents = consents;
    this.set = set;
    this.names = names;
    this.known = known;
    this.found = found;
    this.lost =
        found.stream().filter(LostMember.class::isInstance).map(LostMember.class::cast).toList();
    this.leader = leader;
    this.members = leader.map(PodReport::members).orElse(List.of());
  }

  /** Those of a set with what is told of each. */
  List<LostReplica> described() {
    Optional<LostMember> next = next();
    return lost.stream()
        .map(member -> new LostReplica(member.pod().name(), member.why() + outlook(member, next)))
        .toList();
  }

  private String outlook(LostMember member, Optional<LostMember> next) {
    if (member.remedy() == Remedy.BY_HAND) {
      return "";
    }
    Optional<String> obstacle = obstacle(member);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    return next.filter(is -> !is.equals(member))
        .map(first -> ", which takes its place after that of pod " + first.pod().name())
        .orElse(", which takes its place");
  }

  /** What is done now. */
  DiskReplacement replacement() {
    if (leader.isEmpty()) {
      return DiskReplacement.NONE;
    }
    List<ObservedShard> behind = behindTheConfiguration();
    if (!behind.isEmpty()) {
      return isMajorityInStep() && known.isOf(members)
          ? new DiskReplacement(
              behind.stream().map(known::in).toList(), Optional.of(completed(behind.getFirst())))
          : DiskReplacement.NONE;
    }
    return next().map(member -> DiskReplacement.step(step(member))).orElse(DiskReplacement.NONE);
  }

  private List<ObservedShard> behindTheConfiguration() {
    return set.shards().stream()
        .filter(shard -> RecordedGroup.of(shard).filter(known::equals).isEmpty())
        .toList();
  }

  private MemberChange completed(ObservedShard shard) {
    RecordedGroup before = RecordedGroup.of(shard).orElseThrow();
    int ordinal = 0;
    while (before.disks().get(ordinal).equals(known.disks().get(ordinal))) {
      ordinal++;
    }
    String pod = ResourceNames.pod(set.name(), ordinal);
    String disk = known.disks().get(ordinal);
    if (known.isVacant(ordinal)) {
      return givenUp(before);
    }
    return before.isVacant(ordinal)
        ? new MemberChange(
            false,
            "ReplicaAdded",
            "disk %s of pod %s has become a member of group %s".formatted(disk, pod, known.group()))
        : new MemberChange(
            false,
            "ReplicaReplaced",
            "disk %s of pod %s has taken the place of disk %s in group %s"
                .formatted(disk, pod, before.disks().get(ordinal), known.group()));
  }

  /** The trail of what a person has accepted; the disk that is left keeps a line, too. */
  private MemberChange givenUp(RecordedGroup before) {
    return new MemberChange(
        true,
        "LossAccepted",
        "shard set %s goes on from disk %s; the members of group %s were %s, given up are %s; annotation: %s"
            .formatted(
                set.id(),
                String.join(", ", known.members()),
                known.group(),
                String.join(", ", before.members()),
                before.members().stream()
                    .filter(disk -> !known.members().contains(disk))
                    .collect(Collectors.joining(", ")),
                consents.text().map("'%s'"::formatted).orElse("none by now")));
  }

  /** The one that is replaced now: what was begun is completed first. */
  private Optional<LostMember> next() {
    return lost.stream()
        .filter(member -> member.remedy() != Remedy.BY_HAND)
        .filter(member -> obstacle(member).isEmpty())
        .min(
            Comparator.comparing((LostMember member) -> member.remedy() != Remedy.ADMIT)
                .thenComparing(LostMember::ordinal));
  }

  private ReconcileAction step(LostMember member) {
    return member.remedy() == Remedy.JOIN
        ? new ReconcileAction.FormGroup(member.pod().address(), joining(member))
        : new ReconcileAction.AdmitMember(
            set.leader().orElseThrow().address(),
            new MemberAdmission(
                known.group(),
                members,
                placeOf(member).orElseThrow().lost().orElse(null),
                formed(member.disk(), member.ordinal())));
  }

  private GroupFormation joining(LostMember member) {
    List<FormedMember> formed = new ArrayList<>();
    for (int ordinal = 0; ordinal < set.replicas(); ordinal++) {
      if (ordinal == member.ordinal()) {
        formed.add(formed(member.disk(), ordinal));
      } else if (!known.isVacant(ordinal)) {
        formed.add(formed(known.disks().get(ordinal), ordinal));
      }
    }
    return new GroupFormation(member.disk(), known.group(), formed, true);
  }

  private FormedMember formed(String disk, int ordinal) {
    String pod = ResourceNames.pod(set.name(), ordinal);
    return new FormedMember(
        disk, names.raftAddress(pod, set.id().number()), names.rpcAddress(pod, set.id().number()));
  }

  /** Why a disk does not take the place of the lost one now, for people; empty if it may. */
  private Optional<String> obstacle(LostMember member) {
    if (leader.isEmpty()) {
      return Optional.of(": restore the volume");
    }
    if (!behindTheConfiguration().isEmpty()) {
      return Optional.of(", which takes its place once the Shards record what was replaced before");
    }
    Optional<Place> place = placeOf(member);
    if (place.isEmpty()) {
      return Optional.of(
          "; which of the members %s it replaces is not clear, so nothing is done"
              .formatted(members));
    }
    if (place.get().lost().filter(this::isInStep).isPresent() || !isMajorityInStep()) {
      return Optional.of(
          ", which takes its place once the lost one is silent and a majority keeps up without it");
    }
    // A pod of an earlier version would form a group of its own.
    boolean isOutdated = member.remedy() == Remedy.JOIN && member.pod().outdated().isPresent();
    if (member.pod().isGoing() || isOutdated) {
      return Optional.of(", which takes its place once the pod is replaced");
    }
    return member.remedy() == Remedy.JOIN
        ? perhapsJoining(member)
            .map(pod -> ", which takes its place once pod %s answers".formatted(pod))
        : Optional.empty();
  }

  /** Another pod that is up and gives no report: it may be taking over what the others have. */
  private Optional<String> perhapsJoining(LostMember member) {
    for (int ordinal = 0; ordinal < found.size(); ordinal++) {
      if (ordinal != member.ordinal()
          && found.get(ordinal) instanceof FoundMember.SilentMember(String pod)
          && !isInStep(known.disks().get(ordinal))
          && set.pod(pod).filter(LostReplicas::isUp).isPresent()) {
        return Optional.of(pod);
      }
    }
    return Optional.empty();
  }

  private static boolean isUp(ObservedPod pod) {
    return pod.address().ip().isPresent() && !pod.isGoing();
  }

  /**
   * Where a disk becomes a member.
   *
   * @param lost whom it replaces; empty in a vacant place
   */
  private record Place(Optional<String> lost) {}

  /**
   * The place of a disk. The member that it replaces is the only one that has no other pod and that
   * no pod reports.
   */
  private Optional<Place> placeOf(LostMember member) {
    if (members.size() != known.members().size()) {
      return Optional.empty();
    }
    if (known.isVacant(member.ordinal())) {
      return Optional.of(new Place(Optional.empty()));
    }
    Set<String> left = new LinkedHashSet<>(members);
    for (int ordinal = 0; ordinal < set.replicas(); ordinal++) {
      if (ordinal != member.ordinal()) {
        left.remove(known.disks().get(ordinal));
      }
    }
    set.pods().values().forEach(pod -> pod.report().map(PodReport::disk).ifPresent(left::remove));
    return left.size() == 1
        ? left.stream().findFirst().map(lost -> new Place(Optional.of(lost)))
        : Optional.empty();
  }

  /**
   * Whether a majority of all members acknowledges what is written, without those that are lost.
   */
  private boolean isMajorityInStep() {
    Set<String> gone =
        lost.stream()
            .map(member -> known.disks().get(member.ordinal()))
            .collect(Collectors.toSet());
    long inStep =
        members.stream().filter(disk -> !gone.contains(disk)).filter(this::isInStep).count();
    return inStep > members.size() / 2;
  }

  private boolean isInStep(String disk) {
    return leader
        .filter(
            report ->
                report.disk().equals(disk)
                    || report.follower(disk).filter(ReportedFollower::isInStep).isPresent())
        .isPresent();
  }

  /**
   * A replica whose disk is gone.
   *
   * @param pod its pod
   * @param why what happened and what is done about it, for people
   */
  record LostReplica(String pod, String why) {}
}
