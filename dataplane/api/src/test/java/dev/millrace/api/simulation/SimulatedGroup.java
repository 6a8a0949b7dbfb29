// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A group of three pods and the network between them. */
final class SimulatedGroup {
  static final int PODS = 3;
  static final StreamName STREAM = new StreamName("s");

  private static final int MAX_APART_MILLIS = 5_000;

  private final World world;
  private final SimulatedNetwork network;
  private final ReshardPlans plans = new ReshardPlans();
  private final List<SimulatedPod> pods = new ArrayList<>();

  SimulatedGroup(World world) {
    this.world = world;
    this.network = new SimulatedNetwork(world);
    TreeSet<MemberId> members = new TreeSet<>();
    for (int pod = 0; pod < PODS; pod++) {
      members.add(new MemberId(pod, 0));
    }
    for (MemberId member : members) {
      SimulatedClock clock =
          new SimulatedClock(
              world.time(),
              Duration.ofMillis(
                  world.between(
                      -SimulatedClock.MOST_SKEW_MILLIS, SimulatedClock.MOST_SKEW_MILLIS)));
      SimulatedDisk disk = new SimulatedDisk(world, member, MemberSet.of(members));
      pods.add(new SimulatedPod(this, member.pod(), clock, disk));
    }
    pods.forEach(SimulatedPod::start);
  }

  static StreamDefinition newStream(World world) {
    return StreamDefinition.creating(
            STREAM,
            new StreamId(7),
            world.time().nowMillis() / 1000,
            StreamSettings.of(StreamMode.PROVISIONED),
            world.between(1, 3))
        .withStatus(StreamStatus.ACTIVE);
  }

  World world() {
    return world;
  }

  SimulatedNetwork network() {
    return network;
  }

  ReshardPlans plans() {
    return plans;
  }

  List<SimulatedPod> pods() {
    return pods;
  }

  SimulatedPod pod(int number) {
    return pods.get(number);
  }

  /** The process that leads in the latest term. */
  Optional<SimulatedMember> leader() {
    return pods.stream()
        .flatMap(pod -> pod.process().stream())
        .filter(member -> member.raft().leads())
        .max(Comparator.comparingLong(member -> member.raft().term()));
  }

  /** Whether a time is near the median of the pods' clocks. */
  boolean isInStep(long millis) {
    long median =
        pods.stream()
            .mapToLong(pod -> pod.clock().millis())
            .sorted()
            .skip(PODS / 2)
            .findFirst()
            .orElseThrow();
    return Math.abs(millis - median) <= MAX_APART_MILLIS;
  }

  /** Whether the disks that are in the pods are the members, by a committed entry. */
  boolean isComplete() {
    TreeSet<MemberId> disks = new TreeSet<>();
    pods.forEach(pod -> disks.add(pod.disk().member()));
    return leader()
        .filter(
            leader ->
                leader
                    .raft()
                    .log()
                    .membersAt(leader.store().applied().index())
                    .equals(MemberSet.of(disks)))
        .isPresent();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (SimulatedPod pod : pods) {
      text.append(pod).append("; ");
    }
    return text.toString();
  }

  /** Ends all faults. A process whose clock is still out of step accepts it by a restart. */
  void heal() {
    network.heal();
    for (SimulatedPod pod : pods) {
      pod.thaw();
      pod.clock().correct();
      if (pod.process().filter(member -> !member.trustsItsClock()).isPresent()) {
        pod.kill();
      }
      pod.start();
    }
  }
}
