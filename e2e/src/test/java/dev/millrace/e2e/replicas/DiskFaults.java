// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import dev.millrace.e2e.disk.FaultyDisk;
import dev.millrace.e2e.disk.PowerCut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * What goes wrong with the disks and clocks of members; each checks that the process has met it.
 */
final class DiskFaults {
  /** Several looks at the room, at peers and at the clock. */
  private static final Duration LONG = Duration.ofSeconds(8);

  /** Until a process sees that there is no room, and refuses writes by itself. */
  private static final Duration UNTIL_SEEN = Duration.ofSeconds(1);

  private static final Duration HALT_TIMEOUT = Duration.ofSeconds(30);

  /** With it, a kill nearly always finds something that is not fsynced. */
  private static final Duration LATE_FSYNC = Duration.ofMillis(200);

  /** An entry with a record of these clients is longer. */
  private static final int TAIL_BYTES = 40;

  private DiskFaults() {}

  /**
   * Its disk is full for a while; it goes on without writing records, and what was acknowledged
   * before is read at every front of the group.
   */
  static List<MemberProcess> full(ReplicaGroup group, MemberProcess member) {
    try (FrontReads reads = FrontReads.of(group)) {
      FaultyDisk disk = member.faultyDisk();
      disk.seemFull();
      Eventually.pass(UNTIL_SEEN);
      disk.fill();
      reads.again(LONG);
    }
    return met(member, Duration.ZERO);
  }

  /** Each of its fsyncs takes longer for a while. */
  static List<MemberProcess> slow(MemberProcess member, Duration by) {
    member.faultyDisk().slowFsyncs(by);
    return met(member, LONG.multipliedBy(2));
  }

  /** Its clock is wrong for a while. */
  static List<MemberProcess> clock(MemberProcess member, SplittableRandom random) {
    member.faultyDisk().moveClock(Duration.ofMinutes(random.nextBoolean() ? 5 : -5));
    return met(member, LONG);
  }

  private static List<MemberProcess> met(MemberProcess member, Duration time) {
    Eventually.pass(time);
    assertMet(member);
    member.assertAlive();
    member.faultyDisk().heal();
    return List.of(member);
  }

  private static void assertMet(MemberProcess member) {
    assertThat(member.faultyDisk().hits()).as("faults that %s has met", member).isPositive();
  }

  /** A call fails, and the process ends by itself. */
  static List<MemberProcess> halted(MemberProcess member, Consumer<FaultyDisk> fault) {
    fault.accept(member.faultyDisk());
    Eventually.holds(member + " halts", HALT_TIMEOUT, member::hasEnded);
    member.acceptHalt();
    assertMet(member);
    return List.of(member);
  }

  /** Its store cannot be flushed when it is stopped in order: it halts, and the log is kept. */
  static List<MemberProcess> storeFails(MemberProcess member) {
    member.faultyDisk().failWrites("/store/");
    member.terminate();
    return halted(member, disk -> {});
  }

  /** They lose their power at once. */
  static List<MemberProcess> powerCut(List<MemberProcess> members, SplittableRandom random) {
    return powerCut(
        members, random.nextBoolean() ? PowerCut.Survivors.NONE : PowerCut.Survivors.SOME, random);
  }

  /** The same with a chosen part of what was not fsynced. */
  static List<MemberProcess> powerCut(
      List<MemberProcess> members, PowerCut.Survivors survivors, SplittableRandom random) {
    members.forEach(member -> member.faultyDisk().slowFsyncs(LATE_FSYNC));
    Eventually.pass(Duration.ofMillis(500 + random.nextLong(1_500)));
    ReplicaGroup.together(members.stream().<Runnable>map(member -> member::kill).toList());
    for (MemberProcess member : members) {
      System.out.printf(
          "%s lost its power, %s survives: %s%n",
          member, survivors, member.losePower(survivors, random));
    }
    return members;
  }

  /** A byte of the last entry in its log changes while it is down. */
  static List<MemberProcess> damagedTail(MemberProcess member, SplittableRandom random) {
    member.kill();
    try {
      Path segment = member.openSegment();
      byte[] bytes = Files.readAllBytes(segment);
      int last = bytes.length - 1;
      while (bytes[last] == 0) {
        last--;
      }
      int at = last - random.nextInt(TAIL_BYTES);
      try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[at] ^ 1 << random.nextInt(8))}), at);
      }
      System.out.printf("%s: byte %d of %s changed, %d follow%n", member, at, segment, last - at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(member);
  }
}
