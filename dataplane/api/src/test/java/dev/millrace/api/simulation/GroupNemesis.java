// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
    RESHARD,
    HIT_EACH_LEADER,
    CUT_OFF_EACH_LEADER
  }

  private static final List<Fault> ALL = List.of(Fault.values());

  /** Those by which a leader is gone at once, or seems to be. */
  private static final List<Fault> AT_ONCE =
      List.of(Fault.KILL, Fault.CUT_POWER, Fault.FREEZE, Fault.ISOLATE);

  private static final List<Fault> LONG = List.of(Fault.HIT_EACH_LEADER, Fault.CUT_OFF_EACH_LEADER);

  /** Leaders that are hit one after the other. */
  private static final int HITS = 5;

  private final World world;
  private final SimulatedGroup group;
  private final GroupOperator operator;
  private final long untilMillis;
  private final int longestPauseMillis;
  private final int longestFaultMillis;
  private boolean isOver;

  GroupNemesis(SimulatedGroup group, GroupOperator operator, Duration length) {
    this.world = group.world();
    this.group = group;
    this.operator = operator;
    this.untilMillis = world.time().nowMillis() + length.toMillis();
    this.longestPauseMillis = world.between(500, 3_000);
    this.longestFaultMillis = world.between(1_000, 7_000);
  }

  /** Ends all faults. */
  void end() {
    isOver = true;
    group.heal();
  }

  void next() {
    if (world.time().nowMillis() < untilMillis) {
      Fault fault = any(ALL);
      disturb(fault);
      // Several leaders are elected and hit one after the other, with no other faults meanwhile.
      int pause = LONG.contains(fault) ? 8_000 : longestPauseMillis;
      world.time().later(world.between(100, pause), this::next);
    }
  }

  private void disturb(Fault fault) {
    disturb(fault, group.pod(likelyLeader()));
  }

  private void disturb(Fault fault, SimulatedPod pod) {
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
        int nodes = world.chance(50) ? SimulatedGroup.PODS : NODES;
        undo(group.network().isolate(pod.number(), nodes));
      }
      case CUT_ONE_DIRECTION -> {
        int other = (pod.number() + world.between(1, 2)) % SimulatedGroup.PODS;
        undo(group.network().cut(pod.number(), other));
      }
      case LOSE_MESSAGES -> {
        group.network().disturb(world.between(0, 30), world.between(0, 20), world.between(5, 300));
        undo(group.network()::calm);
      }
      case LOSE_DISK -> {
        if (group.isComplete()) {
          pod.loseDisk();
          undo(pod::start);
        }
      }
      case CLOCK_JUMP -> {
        // A majority of wrong clocks cannot be told from right ones.
        if (group.pods().stream().allMatch(each -> each.clock().isNearlyRight())) {
          jump(pod);
        }
      }
      case RESHARD -> {
        operator.reshard(world.between(1, 5));
        world.time().later(world.between(0, 100), () -> disturb(any(AT_ONCE)));
      }
      case HIT_EACH_LEADER -> hitLeaders(this::disturbAtOnce, HITS, 0);
      case CUT_OFF_EACH_LEADER -> hitLeaders(new CutOff()::next, HITS, 0);
    }
  }

  private void disturbAtOnce(SimulatedPod leader) {
    disturb(any(AT_ONCE), leader);
  }

  /** Cuts off one leader after the other, and joins the one before (Raft paper, figure 8). */
  private final class CutOff {
    private Runnable join = () -> {};

    void next(SimulatedPod leader) {
      join.run();
      join = group.network().isolate(leader.number(), SimulatedGroup.PODS);
      undo(join);
    }
  }

  /** Waits for a leader of a later term, and does not let it lead for long. */
  private void hitLeaders(Consumer<SimulatedPod> hit, int left, long term) {
    Optional<SimulatedMember> leader =
        group.pods().stream()
            .flatMap(pod -> pod.process().stream())
            .filter(member -> member.raft().leading().isPresent() && member.raft().term() > term)
            .findFirst();
    leader.ifPresent(
        member -> {
          SimulatedPod pod = group.pod(member.raft().self().pod());
          int after = world.chance(60) ? 0 : world.between(50, 160);
          world.time().later(after, () -> hit.accept(pod));
        });
    int hits = leader.isPresent() ? left - 1 : left;
    long last = leader.map(member -> member.raft().term()).orElse(term);
    if (hits > 0 && world.time().nowMillis() < untilMillis) {
      world.time().later(3, () -> hitLeaders(hit, hits, last));
    }
  }

  private Fault any(List<Fault> faults) {
    return faults.get(world.random().nextInt(faults.size()));
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
    world
        .time()
        .later(
            world.between(100, longestFaultMillis),
            () -> {
              if (!isOver) {
                end.run();
              }
            });
  }
}
