// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member whose log is damaged does not go on as the member that it was, and says so apart from
 * all other failures if others have what it acknowledged.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedLogTest {
  private TestingMembers members;
  private int damaged;
  private Path good;

  @BeforeAll
  void killAFollower(@TempDir Path folder) throws Exception {
    RaftBounds bounds =
        new TestingBounds()
            .segmentBytes(32 << 10)
            .entriesInFlight(1)
            .batch(16 << 10, 1)
            .electionTimeout(Duration.ofSeconds(1))
            .startTimeout(Duration.ofSeconds(5))
            .build();
    members = new TestingMembers(folder, 3, bounds);
    members.startAll();
    members.put(TestingCommands.open());
    for (long n = 1; n < 9; n++) {
      members.put(TestingCommands.append(n, 10_000));
    }
    damaged = (members.leader() + 1) % 3;
    members.awaitSameRows(damaged, members.leader());
    members.kill(damaged);
    good = HardStop.copy(members.disk(damaged), folder.resolve("good"));
    assertThat(HardStop.segments(good)).as("closed ones and the open one").hasSizeGreaterThan(2);
  }

  @AfterAll
  void stop() throws Exception {
    members.close();
  }

  /** What happens to the files of a member that is down. */
  private interface Damage {
    void to(Path disk) throws IOException;
  }

  private static Path current(Path disk) throws IOException {
    return HardStop.openSegment(disk).resolveSibling("");
  }

  private static Path closed(Path disk) throws IOException {
    return HardStop.segments(disk).get(1);
  }

  private static void change(Path file, int from, int to) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int at = from; at < to; at++) {
      bytes[at] ^= 1;
    }
    Files.write(file, bytes);
  }

  private static void zero(Path file, int to) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 0, to, (byte) 0);
    Files.write(file, bytes);
  }

  /** Starts the member on its files after something has happened to them. */
  private void assertStart(Damage damage, Class<? extends IOException> refusal, String why)
      throws IOException {
    Path disk = members.disk(damaged);
    try (Stream<Path> files = Files.walk(disk)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    HardStop.copy(good, disk);
    damage.to(disk);
    assertThatThrownBy(() -> members.start(damaged))
        .as(why)
        .isExactlyInstanceOf(refusal)
        .hasMessageContaining(why);
  }

  private void assertGivenUp(String why, Damage damage) throws IOException {
    assertStart(damage, DamagedLogException.class, why);
  }

  @Test
  void itDoesNotGoOnAfterDamage() throws IOException {
    assertGivenUp(
        "a whole entry follows",
        disk -> {
          Path open = HardStop.openSegment(disk);
          int last = SegmentEntries.read(open).lastStart();
          change(open, last - 10, last - 9);
        });
    assertGivenUp("is damaged at byte ", disk -> change(closed(disk), 5_000, 5_001));
    assertGivenUp(
        "is damaged at byte ",
        disk -> Files.write(closed(disk), Arrays.copyOf(Files.readAllBytes(closed(disk)), 15_000)));
    assertGivenUp("does not begin as a log segment does", disk -> zero(closed(disk), 8));
    assertGivenUp(
        "does not begin as a log segment does", disk -> zero(HardStop.openSegment(disk), 8));
    assertGivenUp("lacks the entries", disk -> Files.delete(closed(disk)));
    assertGivenUp(
        "expected one open log segment",
        disk ->
            Files.copy(
                HardStop.openSegment(disk), current(disk).resolve("log_inprogress_1000000")));
    assertGivenUp(
        "must hold a term", disk -> Files.write(current(disk).resolve("raft-meta"), new byte[40]));
    assertGivenUp(
        "must hold a vote",
        disk -> Files.writeString(current(disk).resolve("raft-meta"), "term=1\n"));
    assertGivenUp("is gone", disk -> Files.delete(current(disk).resolve("raft-meta")));
    assertGivenUp(
        "must hold the members",
        disk -> change(current(disk).resolve(GroupConfiguration.FILE), 0, 40));
  }

  @Test
  void aCallThatFailsIsNoDamage() throws IOException {
    for (String name :
        List.of("raft-meta", "raft-meta.conf", closed(good).getFileName().toString())) {
      assertStart(
          disk -> {
            Path file = current(disk).resolve(name);
            Files.delete(file);
            Files.createDirectory(file);
          },
          IOException.class,
          "Is a directory");
    }
  }

  /** By its log it may be the only member, which has applied nothing that says so. */
  @Test
  void whoeverWentOnAloneOnceIsNotGivenUp() throws IOException {
    assertStart(
        disk -> {
          Files.writeString(disk.resolve(LossAudit.FILE), "{}\n");
          change(closed(disk), 5_000, 5_001);
        },
        IOException.class,
        "restore the data folder");
  }
}
