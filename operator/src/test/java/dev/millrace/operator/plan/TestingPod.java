// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.report.PodReport.LogEnd;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.report.StreamPublication.HeldPublication;
import dev.millrace.operator.pods.PodAddress;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ResourceNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A shard pod as the operator sees it, or its member of one of several groups: its disk, its group
 * and its assignment.
 */
final class TestingPod {
  /** What stays when the pod goes. */
  static final class Disk {
    private final String id;
    private @Nullable String group;
    private @Nullable LogEnd logEnd;
    private @Nullable PodAssignment assignment;
    private @Nullable StreamPublication publication;
    private final NavigableMap<String, HostedShard> shards = new TreeMap<>();

    Disk(String id) {
      this.id = id;
    }

    String id() {
      return id;
    }

    Optional<String> group() {
      return Optional.ofNullable(group);
    }

    /** Its log ends there. */
    void write(LogEnd end) {
      logEnd = end;
    }

    void loseGroup() {
      group = null;
    }
  }

  private static final int JOINING_PASSES = 3;

  private final String namespace;
  private final String name;
  private final int number;
  private Disk disk;
  private boolean up = true;
  private boolean leads;
  private long term;
  private List<ReportedFollower> followers = List.of();
  private List<String> members = List.of();

  /** For how many passes it gives no report, since it takes over what its group has. */
  private int joining;

  private boolean hasRoom = true;
  private boolean needsAllShards;
  private boolean outdated;
  private boolean going;
  private List<ShardSubscription> subscriptions = List.of();
  private int address = 1;

  /**
   * A pod.
   *
   * @param number which group of its set, from 0
   */
  TestingPod(String namespace, String name, int number, Disk disk) {
    this.namespace = namespace;
    this.name = name;
    this.number = number;
    this.disk = disk;
  }

  PodAddress address() {
    return new PodAddress(
        namespace, name, up ? Optional.of("10.0.0." + address) : Optional.empty(), number);
  }

  /** Which group of its set. */
  GroupName groupName() {
    return new GroupName(ResourceNames.shardSetOf(name), number);
  }

  Disk disk() {
    return disk;
  }

  boolean leads() {
    return up && leads;
  }

  Optional<PodAssignment> assignment() {
    return Optional.ofNullable(disk.assignment);
  }

  /** What its front lists. */
  Optional<StreamPublication> publication() {
    return Optional.ofNullable(disk.publication);
  }

  private HeldPublication held(StreamPublication listed) {
    return needsAllShards ? new HeldPublication(listed.streamId(), "", 0, "") : listed.held();
  }

  Optional<PodReport> report() {
    return up && joining == 0
        ? Optional.of(
            new PodReport(
                disk.id,
                disk.group,
                leads,
                term,
                disk.logEnd,
                leads ? followers : null,
                leads ? members : null,
                hasRoom,
                disk.assignment,
                publication().map(this::held).stream().toList(),
                List.copyOf(disk.shards.values()),
                subscriptions))
        : Optional.empty();
  }

  /** The pod goes; {@link #start} brings it back elsewhere. */
  void stop() {
    up = false;
    going = false;
    leads = false;
  }

  void start() {
    if (!up) {
      up = true;
      address++;
    }
  }

  /** The next start comes up with another disk. */
  void swap(Disk other) {
    stop();
    joining = 0;
    disk = other;
  }

  void fill() {
    hasRoom = false;
  }

  /** A consumer has a subscription to the first of its shards. */
  void read(long lagMillis) {
    HostedShard shard = disk.shards.firstEntry().getValue();
    subscriptions =
        List.of(
            new ShardSubscription(
                shard.streamId(), shard.shardId(), "billing", 1, true, lagMillis));
  }

  /** Its StatefulSet asks for another pod. */
  void outdate() {
    outdated = true;
  }

  /** It is being deleted, and answers still. */
  void leave() {
    going = true;
  }

  boolean isGoing() {
    return going;
  }

  boolean isOutdated() {
    return outdated;
  }

  /** The next start is the pod that its StatefulSet wants. */
  void evict() {
    stop();
    outdated = false;
  }

  boolean isUp() {
    return up;
  }

  /**
   * How much it has applied: of a majority, the one with the most has all that was acknowledged.
   */
  int applied() {
    return disk.shards.size()
        + (int) disk.shards.values().stream().filter(shard -> shard.closeSecond() != null).count();
  }

  Optional<String> group() {
    return Optional.ofNullable(disk.group);
  }

  /** What its group has elected. */
  void elected(boolean isLeader, long inTerm) {
    leads = isLeader;
    term = inTerm;
  }

  /**
   * As the leader: those that are up have what it has. It sees the members, and those that have
   * joined.
   */
  void replicate(List<TestingPod> set, List<String> configuration) {
    List<ReportedFollower> seen = new ArrayList<>();
    Set<String> away = new LinkedHashSet<>(configuration);
    for (TestingPod pod : set) {
      boolean isThere = pod.isInGroup() && Objects.equals(pod.disk.group, disk.group);
      if (isThere) {
        away.remove(pod.disk.id);
      }
      if (isThere && pod != this) {
        pod.disk.shards.putAll(disk.shards);
        seen.add(new ReportedFollower(pod.disk.id, 0, 0));
      }
    }
    away.forEach(gone -> seen.add(new ReportedFollower(gone, 9, 60_000)));
    followers = seen;
    members = configuration;
  }

  /** Whether it is up with a group of which it has taken over what there is. */
  boolean isInGroup() {
    return up && joining == 0 && disk.group != null;
  }

  /** Time passes. */
  void tick() {
    joining = Math.max(0, joining - 1);
  }

  /** {@code PUT /admin/group}; whether it was taken. */
  boolean form(GroupFormation formation) {
    boolean fits =
        up
            && disk.id.equals(formation.disk())
            && (disk.group == null || disk.group.equals(formation.group()));
    if (fits && formation.joins() && disk.group == null) {
      joining = JOINING_PASSES;
    }
    if (fits) {
      disk.group = formation.group();
    }
    return fits;
  }

  /** {@code PUT /admin/assignment}; a pod that does not lead takes it once it has the shards. */
  void assign(PodAssignment assignment) {
    boolean hasAll =
        assignment.streams().stream()
            .flatMap(stream -> stream.shards().stream())
            .allMatch(shard -> disk.shards.containsKey(shard.shardId()));
    if (leads() || (up && disk.group != null && hasAll)) {
      disk.assignment = assignment;
      for (PodAssignment.AssignedStream stream : assignment.streams()) {
        for (PodAssignment.AssignedShard shard : stream.shards()) {
          disk.shards.putIfAbsent(
              shard.shardId(),
              new HostedShard(
                  stream.streamId(), shard.shardId(), 1, shard.creationSecond(), null, true));
        }
      }
    }
  }

  /** {@code PUT /admin/publication}; an older one than is here is refused. */
  void publish(StreamPublication sent) {
    boolean isOlder =
        publication().filter(held -> held.generation() > sent.generation()).isPresent();
    if (up && !isOlder) {
      Optional<StreamPublication> whole = sent.over(publication());
      needsAllShards = whole.isEmpty();
      whole.ifPresent(listed -> disk.publication = listed);
    }
  }

  /** Takes part in a reshard, as a leader does; whether it could. */
  boolean seal(String shard, long second) {
    HostedShard hosted = disk.shards.get(shard);
    if (!leads() || hosted == null) {
      return false;
    }
    if (hosted.closeSecond() == null) {
      disk.shards.put(
          shard,
          new HostedShard(
              hosted.streamId(), shard, 9, hosted.creationSecond(), second, hosted.empty()));
    }
    return true;
  }

  /** Opens a child, as a leader does; whether it could. */
  boolean open(String streamId, String shard, long second) {
    if (!leads()) {
      return false;
    }
    disk.shards.putIfAbsent(shard, new HostedShard(streamId, shard, 1, second, null, true));
    return true;
  }

  Optional<HostedShard> hosted(String shard) {
    return Optional.ofNullable(disk.shards.get(shard));
  }

  List<String> hosted() {
    return new ArrayList<>(disk.shards.keySet());
  }
}
