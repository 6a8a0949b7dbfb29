// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import java.time.Duration;
import java.util.List;

/** Disturbs the group for a while, one fault after the other, each for some time. */
final class GroupNemesis {
  private static final int NODES = 10;

  /** What can go wrong. */
  private enum Fault {
    KILL,
    CUT_POWER,
    CUT_POWER_OF_SEVERAL,
    FREEZE,
    ISOLATE,
    CUT_ONE_DIRECTION,
    LOSE_MESSAGES,
    LOSE_DISK,
    CLOCK_JUMP,
    RESHARD
  }

  private final World world;
  private final SimulatedGroup group;
  private final GroupOperator operator;
  private final long untilMillis;

  GroupNemesis(SimulatedGroup group, GroupOperator operator, Duration length) {
    this.world = group.world();
    this.group = group;
    this.operator = operator;
    this.untilMillis = world.time().nowMillis() + length.toMillis();
  }

  void next() {
    if (world.time().nowMillis() < untilMillis) {
      Fault[] all = Fault.values();
      disturb(all[world.random().nextInt(all.length)]);
      world.time().later(world.between(100, 1_500), this::next);
    }
  }

  private void disturb(Fault fault) {
    SimulatedPod pod = group.pod(likelyLeader());
    switch (fault) {
      case KILL -> {
        pod.kill();
        undo(pod::start);
      }
      case CUT_POWER -> cutPower(pod);
      case CUT_POWER_OF_SEVERAL ->
          List.copyOf(group.pods()).stream()
              .filter(each -> world.chance(75))
              .forEach(this::cutPower);
      case FREEZE -> {
        pod.freeze();
        undo(pod::thaw);
      }
      case ISOLATE -> {
        group.network().isolate(pod.number(), world.chance(50) ? SimulatedGroup.PODS : NODES);
        undo(group.network()::heal);
      }
      case CUT_ONE_DIRECTION -> {
        int other = (pod.number() + world.between(1, 2)) % SimulatedGroup.PODS;
        group.network().cut(pod.number(), other);
        undo(group.network()::heal);
      }
      case LOSE_MESSAGES -> {
        group.network().disturb(world.between(0, 30), world.between(0, 20), world.between(5, 300));
        undo(group.network()::heal);
      }
      case LOSE_DISK -> {
        if (group.isComplete()) {
          pod.loseDisk();
          undo(pod::start);
        }
      }
      case CLOCK_JUMP -> jump(pod);
      case RESHARD -> operator.reshard(world.between(1, 5));
    }
  }

  /** The leader is hit more often than others. */
  private int likelyLeader() {
    int any = world.random().nextInt(SimulatedGroup.PODS);
    return world.chance(40)
        ? group.leader().map(leader -> leader.raft().self().pod()).orElse(any)
        : any;
  }

  private void cutPower(SimulatedPod pod) {
    pod.cutPower();
    undo(pod::start);
  }

  /** The clock is wrong for a while, or for good: then only a restart accepts it. */
  private void jump(SimulatedPod pod) {
    Duration by =
        world.chance(50)
            ? Duration.ofMinutes(world.between(-5, 5))
            : Duration.ofDays(world.between(-1, 30));
    pod.clock().jump(by);
    undo(() -> pod.clock().jump(by.negated()));
  }

  private void undo(Runnable end) {
    world.time().later(world.between(100, 3_000), end);
  }
}
