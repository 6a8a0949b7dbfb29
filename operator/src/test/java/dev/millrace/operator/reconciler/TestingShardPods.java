// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.operator.pods.PodAddress;
import dev.millrace.operator.pods.PodAnswer;
import dev.millrace.operator.pods.ShardPods;
import dev.millrace.operator.resource.ResourceNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Pods that answer by their names, whether or not anything runs in them. */
final class TestingShardPods implements ShardPods {
  /** What a pod has on its disk. */
  private record OnDisk(String disk, Optional<String> group, Optional<PodAssignment> assignment) {}

  private final ConcurrentMap<String, StreamPublication> publications = new ConcurrentHashMap<>();

  /** Shards that leaders have sealed or opened, by the name of their pod and their id. */
  private final ConcurrentMap<String, HostedShard> resharded = new ConcurrentHashMap<>();

  /**
   * The creation second of children, long past retention; their parents were sealed just before.
   */
  private static final long OPENED = 1_600_000_000L;

  /** All closed shards report that nothing is left in them. */
  void expireClosed() {
    resharded.replaceAll(
        (key, shard) ->
            shard.closeSecond() == null
                ? shard
                : new HostedShard(
                    shard.streamId(),
                    shard.shardId(),
                    shard.nextPosition(),
                    shard.creationSecond(),
                    shard.closeSecond(),
                    true));
  }

  private final ConcurrentMap<String, OnDisk> pods = new ConcurrentHashMap<>();

  /** The disks of the members of each group. */
  private final ConcurrentMap<String, List<String>> configurations = new ConcurrentHashMap<>();

  private final List<ShardSubscription> subscriptions = new CopyOnWriteArrayList<>();

  /** All pods report these subscriptions. */
  void report(ShardSubscription... reported) {
    subscriptions.clear();
    subscriptions.addAll(List.of(reported));
  }

  /** The pod comes up with another, empty disk. */
  void swapDisk(String pod) {
    pods.put(pod, new OnDisk("another-disk", Optional.empty(), Optional.empty()));
    publications.remove(pod);
  }

  /** The last assignment of the pod. */
  Optional<PodAssignment> assignment(String pod) {
    return onDisk(pod).assignment();
  }

  /** What the front of the pod lists. */
  Optional<StreamPublication> publication(String pod) {
    return Optional.ofNullable(publications.get(pod));
  }

  private OnDisk onDisk(String pod) {
    return pods.computeIfAbsent(
        pod, name -> new OnDisk("disk-of-" + name, Optional.empty(), Optional.empty()));
  }

  @Override
  public Optional<PodReport> report(PodAddress pod) {
    OnDisk held = onDisk(pod.member());
    PodAssignment assignment = held.assignment().orElse(null);
    return Optional.of(
        new PodReport(
            held.disk(),
            held.group().orElse(null),
            held.group().isPresent() && isFirst(pod),
            1,
            null,
            isFirst(pod) ? followers(pod) : null,
            isFirst(pod) ? members(pod) : null,
            true,
            assignment,
            publication(pod.name()).map(StreamPublication::held).stream().toList(),
            assignment == null ? List.of() : hosted(pod.name(), assignment),
            List.copyOf(subscriptions)));
  }

  /** The first pod of a set leads. */
  private static boolean isFirst(PodAddress pod) {
    return pod.name().endsWith("-0");
  }

  private List<ReportedFollower> followers(PodAddress leader) {
    Set<String> members = new LinkedHashSet<>(members(leader));
    List<ReportedFollower> followers = new ArrayList<>();
    for (OnDisk pod : podsOf(leader)) {
      if (!pod.disk().equals(onDisk(leader.member()).disk())) {
        followers.add(new ReportedFollower(pod.disk(), 0, 10));
        members.remove(pod.disk());
      }
    }
    members.remove(onDisk(leader.member()).disk());
    members.forEach(gone -> followers.add(new ReportedFollower(gone, 9, 60_000)));
    return followers;
  }

  private List<OnDisk> podsOf(PodAddress leader) {
    String set = ResourceNames.shardSetOf(leader.name());
    return pods.entrySet().stream()
        .filter(pod -> ResourceNames.shardSetOf(pod.getKey()).equals(set))
        .filter(pod -> pod.getKey().endsWith(leader.group() == 0 ? "" : "/" + leader.group()))
        .filter(pod -> leader.group() > 0 || !pod.getKey().contains("/"))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The disks of the members of the leader's group. */
  private List<String> members(PodAddress leader) {
    return onDisk(leader.member())
        .group()
        .flatMap(group -> Optional.ofNullable(configurations.get(group)))
        .orElse(List.of());
  }

  /** The first pod of a set leads whatever it is asked. */
  @Override
  public PodAnswer moveLeader(PodAddress leader, LeaderMove move) {
    return new PodAnswer.NotAccepted("409 the other one does not keep up");
  }

  @Override
  public PodAnswer acceptLoss(PodAddress pod, AcceptedLoss loss) {
    return new PodAnswer.NotAccepted("no disk is lost here");
  }

  @Override
  public PodAnswer admitMember(PodAddress leader, MemberAdmission admission) {
    List<String> members = members(leader);
    if (!Set.copyOf(members).equals(Set.copyOf(admission.members()))) {
      return new PodAnswer.NotAccepted("409 the members are " + members);
    }
    List<String> next = new ArrayList<>(members);
    next.replaceAll(disk -> disk.equals(admission.lost()) ? admission.added().disk() : disk);
    configurations.put(admission.group(), List.copyOf(next));
    return new PodAnswer.Accepted();
  }

  private List<HostedShard> hosted(String pod, PodAssignment assignment) {
    Map<String, HostedShard> hosted = new TreeMap<>();
    for (PodAssignment.AssignedStream stream : assignment.streams()) {
      for (PodAssignment.AssignedShard shard : stream.shards()) {
        hosted.put(
            shard.shardId(),
            new HostedShard(
                stream.streamId(), shard.shardId(), 1, shard.creationSecond(), null, true));
      }
    }
    resharded.forEach(
        (key, shard) -> {
          if (key.equals(pod + "/" + shard.shardId())) {
            hosted.put(shard.shardId(), shard);
          }
        });
    return List.copyOf(hosted.values());
  }

  /** All leaders do their part at once. */
  @Override
  public PodAnswer reshard(PodAddress pod, ReshardStep step) {
    ReshardPlan plan = step.plan();
    for (ReshardPlan.PlannedShard parent : plan.closing()) {
      resharded.put(
          key(parent),
          new HostedShard(plan.streamId(), parent.shardId(), 9, 1_500_000_000L, OPENED - 1, false));
    }
    for (ReshardPlan.PlannedShard child : plan.opening()) {
      resharded.put(
          key(child), new HostedShard(plan.streamId(), child.shardId(), 1, OPENED, null, true));
    }
    return new PodAnswer.Accepted();
  }

  private static String key(ReshardPlan.PlannedShard shard) {
    return shard.members().getFirst().pod() + "/" + shard.shardId();
  }

  @Override
  public PodAnswer formGroup(PodAddress pod, GroupFormation formation) {
    OnDisk held = onDisk(pod.member());
    if (!held.disk().equals(formation.disk())) {
      return new PodAnswer.NotAccepted("409 the disk is " + held.disk());
    }
    if (!formation.joins()) {
      configurations.putIfAbsent(
          formation.group(),
          formation.members().isEmpty()
              ? List.of(formation.disk())
              : formation.members().stream().map(GroupFormation.FormedMember::disk).toList());
    }
    pods.put(
        pod.member(), new OnDisk(held.disk(), Optional.of(formation.group()), held.assignment()));
    return new PodAnswer.Accepted();
  }

  @Override
  public PodAnswer assign(PodAddress pod, PodAssignment assignment) {
    OnDisk held = onDisk(pod.member());
    if (held.group().isEmpty()) {
      return new PodAnswer.NotAccepted("503 no group");
    }
    pods.put(pod.member(), new OnDisk(held.disk(), held.group(), Optional.of(assignment)));
    return new PodAnswer.Accepted();
  }

  @Override
  public PodAnswer publish(PodAddress pod, StreamPublication publication) {
    Optional<StreamPublication> whole = publication.over(publication(pod.name()));
    if (whole.isEmpty()) {
      publications.remove(pod.name());
      return new PodAnswer.NotAccepted("409 send all shards");
    }
    publications.put(pod.name(), whole.get());
    return new PodAnswer.Accepted();
  }
}
