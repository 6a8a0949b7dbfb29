// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import dev.millrace.e2e.Eventually;
import dev.millrace.e2e.disk.FaultyDiskLibrary;
import dev.millrace.e2e.disk.PowerCut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** What goes wrong in a group; {@link ReplicaGroup#heal} mends it. */
enum ReplicaFault {
  /** The leader is killed. */
  LEADER_KILLED {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      leader.kill();
      pass(random, 3_000);
      return List.of(leader);
    }
  },

  /** A follower is killed. */
  FOLLOWER_KILLED {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess follower = follower(group, random);
      follower.kill();
      pass(random, 3_000);
      return List.of(follower);
    }
  },

  /** All members are killed at once, as when the power goes (what is in the page cache stays). */
  ALL_KILLED {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      ReplicaGroup.together(
          group.members().stream().<Runnable>map(member -> member::kill).toList());
      return group.members();
    }
  },

  /** The leader is stopped in order, and hands over. */
  LEADER_STOPPED {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      leader.stop();
      pass(random, 1_000);
      return List.of(leader);
    }
  },

  /** The leader is killed while a follower replays its log. */
  LEADER_KILLED_DURING_REPLAY {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      MemberProcess follower = follower(group, random);
      follower.kill();
      Duration pause = Duration.ofMillis(random.nextLong(4_000));
      ReplicaGroup.together(
          List.of(
              follower::start,
              () -> {
                Eventually.pass(pause);
                leader.kill();
              }));
      return List.of(leader, follower);
    }
  },

  /** The leader is frozen for so short that the others may miss it or not. */
  LEADER_FROZEN_BRIEFLY {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return frozen(group.leader(), Duration.ofSeconds(2));
    }
  },

  /** The leader is frozen for longer than an election and its own step-down take. */
  LEADER_FROZEN {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return frozen(group.leader(), Duration.ofSeconds(15));
    }
  },

  /** The leader is frozen for longer than the time after which Raft closes the group. */
  LEADER_FROZEN_FOR_LONG {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      frozen(leader, Duration.ofSeconds(70));
      Eventually.holds(
          leader + " ends, to be started again", Duration.ofSeconds(60), leader::hasEnded);
      leader.acceptHalt();
      return List.of(leader);
    }
  },

  /** A follower is frozen. */
  FOLLOWER_FROZEN {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return frozen(follower(group, random), Duration.ofSeconds(random.nextLong(2, 16)));
    }
  },

  /** The leader and the others do not hear each other. */
  LEADER_CUT_OFF {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      bothWays(group, leader, group.links()::silence);
      Eventually.pass(CUT);
      return List.of(leader);
    }
  },

  /** The connections between the leader and the others break, and cannot be made again. */
  LEADER_DISCONNECTED {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      bothWays(group, leader, group.links()::refuse);
      Eventually.pass(CUT);
      return List.of(leader);
    }
  },

  /** The others do not hear the leader, and it hears them. */
  LEADER_UNHEARD {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      group.followers().forEach(other -> group.links().silence(leader.place(), other.place()));
      Eventually.pass(CUT);
      return List.of(leader);
    }
  },

  /** The leader does not hear the others, and they hear it. */
  LEADER_DEAF {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      group.followers().forEach(other -> group.links().silence(other.place(), leader.place()));
      Eventually.pass(CUT);
      return List.of(leader);
    }
  },

  /** A follower and the others do not hear each other. */
  FOLLOWER_CUT_OFF {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess follower = follower(group, random);
      bothWays(group, follower, group.links()::silence);
      Eventually.pass(CUT);
      return List.of(follower);
    }
  },

  /** The leader and one follower do not hear each other; the third member hears both. */
  LEADER_AND_FOLLOWER_APART {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      MemberProcess follower = follower(group, random);
      group.links().silence(leader.place(), follower.place());
      group.links().silence(follower.place(), leader.place());
      Eventually.pass(CUT);
      return List.of(leader, follower);
    }
  },

  /** All members are apart from each other. */
  ALL_APART {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      group.members().forEach(member -> bothWays(group, member, group.links()::silence));
      Eventually.pass(CUT);
      return group.members();
    }
  },

  /** The leader is cut off and joined again every second or so. */
  LEADER_FLAPPING {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess leader = group.leader();
      for (int i = 0; i < 5; i++) {
        bothWays(group, leader, group.links()::refuse);
        pass(random, 2_500);
        group.links().heal();
        pass(random, 1_500);
      }
      return List.of(leader);
    }
  },

  /** Packets to and from the leader come late, and 5 % of them are lost. */
  LEADER_LINKS_LOSSY {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return LinkFaults.lossy(group, List.of(group.leader()), 5, random);
    }
  },

  /** Packets to and from a follower come late, and 5 % of them are lost. */
  FOLLOWER_LINKS_LOSSY {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return LinkFaults.lossy(group, List.of(follower(group, random)), 5, random);
    }
  },

  /** Packets between all members come late, and 1 % of them are lost. */
  ALL_LINKS_LOSSY {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return LinkFaults.lossy(group, group.members(), 1, random);
    }
  },

  /** Packets between all members come late, and 5 % of them are lost. */
  ALL_LINKS_VERY_LOSSY {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return LinkFaults.lossy(group, group.members(), 5, random);
    }
  },

  /** A follower's disk is lost, and a new one takes its place. */
  FOLLOWER_DISK_LOST {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return withoutDisk(group, follower(group, random));
    }
  },

  /** The leader's disk is lost, and a new one takes its place. */
  LEADER_DISK_LOST {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return withoutDisk(group, group.leader());
    }
  },

  /** The leader is killed, and then the one that has taken its place. */
  LEADERS_KILLED_IN_TURN {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      MemberProcess first = group.leader();
      first.kill();
      MemberProcess second = group.leader();
      second.kill();
      pass(random, 1_000);
      return List.of(first, second);
    }
  },

  /** The leader's disk is full for some seconds. */
  LEADER_DISK_FULL(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.full(group, group.leader());
    }
  },

  /** A follower's disk is full for some seconds. */
  FOLLOWER_DISK_FULL(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.full(group, follower(group, random));
    }
  },

  /** Each fsync of the leader takes a second longer. */
  LEADER_DISK_SLOW(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.slow(group.leader(), Duration.ofSeconds(1));
    }
  },

  /** Each fsync of the leader takes five seconds longer. */
  LEADER_DISK_STUCK(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.slow(group.leader(), Duration.ofSeconds(5));
    }
  },

  /** Each fsync of a follower takes a second longer. */
  FOLLOWER_DISK_SLOW(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.slow(follower(group, random), Duration.ofSeconds(1));
    }
  },

  /** The leader's next fsync fails. */
  LEADER_FSYNC_FAILS(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.halted(group.leader(), disk -> disk.failFsyncs("/raft/"));
    }
  },

  /** A follower's next fsync fails. */
  FOLLOWER_FSYNC_FAILS(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.halted(follower(group, random), disk -> disk.failFsyncs("/raft/"));
    }
  },

  /** The leader's next write to its log fails. */
  LEADER_WRITE_FAILS(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.halted(group.leader(), disk -> disk.failWrites("/raft/"));
    }
  },

  /** A follower's next write to its log fails. */
  FOLLOWER_WRITE_FAILS(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.halted(follower(group, random), disk -> disk.failWrites("/raft/"));
    }
  },

  /** The leader is stopped, and its store cannot be written then. */
  LEADER_STORE_FAILS(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.storeFails(group.leader());
    }
  },

  /** The leader loses its power, and with it what it did not fsync. */
  LEADER_POWER_CUT(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.powerCut(List.of(group.leader()), random);
    }
  },

  /** A follower loses its power in the middle of a write to its log. */
  FOLLOWER_TORN_TAIL(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.powerCut(
          List.of(follower(group, random)), PowerCut.Survivors.ALL_BUT_THE_END, random);
    }
  },

  /** All members lose their power at once. */
  ALL_POWER_CUT(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.powerCut(group.members(), random);
    }
  },

  /**
   * The leader's next fsync fails; the process that follows goes on from what it reads, and then
   * the power goes.
   */
  POWER_CUT_AFTER_FAILED_FSYNC(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      List<MemberProcess> failed =
          DiskFaults.halted(group.leader(), disk -> disk.failFsyncs("/raft/"));
      group.heal();
      // A new term closes the segment that it has read.
      group.leader().kill();
      group.heal();
      DiskFaults.powerCut(failed, PowerCut.Survivors.NONE, random);
      return failed;
    }
  },

  /** A byte of the last entry in a follower's log changes while it is down. */
  FOLLOWER_TAIL_DAMAGED(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.damagedTail(follower(group, random), random);
    }
  },

  /** The leader's clock is five minutes fast or slow for some seconds. */
  LEADER_CLOCK_JUMPS(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.clock(group.leader(), random);
    }
  },

  /** A follower's clock is five minutes fast or slow for some seconds. */
  FOLLOWER_CLOCK_JUMPS(true) {
    @Override
    List<MemberProcess> act(ReplicaGroup group, SplittableRandom random) {
      return DiskFaults.clock(follower(group, random), random);
    }
  };

  /** Longer than elections and the step-down of a leader that hears nothing. */
  private static final Duration CUT = Duration.ofSeconds(12);

  private final boolean needsFaultyDisk;

  ReplicaFault() {
    this(false);
  }

  ReplicaFault(boolean needsFaultyDisk) {
    this.needsFaultyDisk = needsFaultyDisk;
  }

  /** Whether this machine can do it. */
  boolean isPossible() {
    return !needsFaultyDisk || FaultyDiskLibrary.here().isThere();
  }

  /** All faults, in an order of chance. */
  static List<ReplicaFault> shuffled(long seed) {
    List<ReplicaFault> all = new ArrayList<>(List.of(values()));
    Collections.shuffle(all, new Random(seed));
    return all;
  }

  /**
   * Does it.
   *
   * @return the members that it concerns: what clients see by way of the others is the service's
   */
  abstract List<MemberProcess> act(ReplicaGroup group, SplittableRandom random);

  private static MemberProcess follower(ReplicaGroup group, SplittableRandom random) {
    List<MemberProcess> followers = group.followers();
    return followers.get(random.nextInt(followers.size()));
  }

  private static List<MemberProcess> frozen(MemberProcess member, Duration time) {
    member.freeze();
    Eventually.pass(time);
    member.thaw();
    return List.of(member);
  }

  private static List<MemberProcess> withoutDisk(ReplicaGroup group, MemberProcess member) {
    member.kill();
    try {
      group.replaceDisk(member);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(member);
  }

  private static void bothWays(
      ReplicaGroup group, MemberProcess member, BiConsumer<Integer, Integer> cut) {
    for (int other : group.links().reachedFrom(member.place())) {
      cut.accept(member.place(), other);
      cut.accept(other, member.place());
    }
  }

  private static void pass(SplittableRandom random, long mostMillis) {
    Eventually.pass(Duration.ofMillis(random.nextLong(mostMillis)));
  }
}
