// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A faulty disk fails as it is told to, and after a power cut it holds what was fsynced and not
 * what was not. The group's test shows that the faults reach a server's log and its store.
 */
class FaultyDiskTest {
  @TempDir private Path folder;

  private Path data;
  private FaultyDisk disk;
  private Process process;
  private PrintStream commands;
  private BufferedReader answers;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(FaultyDiskLibrary.here().isThere(), FaultyDiskLibrary.here().whyNot());
    data = folder.resolve("data");
    disk = new FaultyDisk(data, folder.resolve("side"));
    startProbe();
  }

  private void startProbe() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target", "test-classes").toString(),
                DiskProbe.class.getName(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(disk.environment());
    process = builder.start();
    commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private String answer(String command) throws IOException {
    commands.println(command);
    return answers.readLine();
  }

  private void done(String... some) throws IOException {
    for (String command : some) {
      assertThat(answer(command)).as(command).isEqualTo("done");
    }
  }

  private PowerCut.Loss cutPower(PowerCut.Survivors survivors, long seed)
      throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    return disk.cutPower(survivors, new SplittableRandom(seed));
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> walk = Files.walk(data)) {
      Set<String> names = new TreeSet<>();
      walk.filter(path -> !path.equals(data))
          .forEach(path -> names.add(data.relativize(path).toString()));
      return names;
    }
  }

  @Test
  void aFullDiskHasNoRoomAndTakesWhatNeedsNone() throws IOException {
    done("write a 0 12345");
    assertThat(Long.parseLong(answer("room"))).isPositive();
    disk.fill();
    assertThat(answer("room")).isEqualTo("0");
    assertThat(answer("write a 5 6")).contains("No space left on device");
    assertThat(answer("write b 0 1")).contains("No space left on device");
    assertThat(answer("folder c")).contains("No space left on device");
    done("write a 0 abc", "force a", "delete a");
    assertThat(disk.hits()).isEqualTo(4);
    disk.heal();
    done("write b 0 1");
  }

  @Test
  void writesAndFsyncsFailOfTheFilesThatAreNamed() throws IOException {
    done("write log 0 1", "write store 0 1");
    disk.failWrites("store");
    assertThat(answer("write store 0 2")).contains("Input/output error");
    done("write log 0 2");
    disk.heal();
    disk.failFsyncs("log");
    assertThat(answer("force log")).contains("Input/output error");
    done("force store", "write log 0 3");
    assertThat(disk.hits()).isOne();
  }

  @Test
  void anFsyncTakesLongerAndTheClockIsWrong() throws IOException {
    done("write a 0 1");
    disk.slowFsyncs(Duration.ofMillis(300));
    long start = System.nanoTime();
    done("force a");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(300));
    disk.moveClock(Duration.ofMinutes(-5));
    assertThat(System.currentTimeMillis() - Long.parseLong(answer("clock")))
        .isBetween(299_000L, 330_000L);
  }

  @Test
  void aPowerCutUndoesWhatWasNotFsynced() throws IOException, InterruptedException {
    done("write kept 0 12345", "force kept", "write gone 0 1", "rename kept moved", "force .");
    done("write moved 1 abcdefg", "cut gone 0", "write new 0 1", "force new", "rename moved again");
    done("folder sub", "write sub/deep 0 1", "force sub");
    PowerCut.Loss loss = cutPower(PowerCut.Survivors.NONE, 1);
    assertThat(names()).containsExactly("gone", "moved");
    assertThat(data.resolve("moved")).hasContent("12345");
    assertThat(data.resolve("gone")).isEmptyFile();
    assertThat(loss).isEqualTo(new PowerCut.Loss(4, 9, 3));
  }

  @Test
  void whatWasDeletedOrReplacedComesBackUnlessTheFolderWasFsynced()
      throws IOException, InterruptedException {
    done("write a 0 old", "write b 0 new", "write c 0 c", "force a", "force b", "force c");
    done("folder sub", "write sub/x 0 x", "force sub/x", "force sub", "force .");
    done("rename b a", "delete c", "delete sub/x", "delete sub");
    cutPower(PowerCut.Survivors.NONE, 1);
    assertThat(names()).containsExactly("a", "b", "c", "sub", "sub/x");
    assertThat(data.resolve("a")).hasContent("old");
    assertThat(data.resolve("b")).hasContent("new");

    startProbe();
    done("rename b a", "delete c", "force .");
    cutPower(PowerCut.Survivors.NONE, 1);
    assertThat(names()).containsExactly("a", "sub", "sub/x");
    assertThat(data.resolve("a")).hasContent("new");
  }

  @Test
  void whatOneProcessDidNotFsyncIsLostWithTheNextOnesPower()
      throws IOException, InterruptedException {
    done("write a 0 1", "force a", "force .", "write a 1 2");
    process.destroyForcibly().waitFor();
    assertThat(data.resolve("a")).hasContent("12");
    startProbe();
    done("write a 2 3");
    cutPower(PowerCut.Survivors.NONE, 1);
    assertThat(data.resolve("a")).hasContent("1");
  }

  @Test
  void anFsyncThatFollowsAFailedOneProvesNothingUnlessTheBytesAreWrittenAgain()
      throws IOException, InterruptedException {
    done("write a 0 1", "force a", "force .", "write a 1 23");
    disk.failFsyncs("");
    assertThat(answer("force a")).contains("Input/output error");
    disk.heal();
    done("force a");
    done("write a 1 2", "force a");
    cutPower(PowerCut.Survivors.NONE, 1);
    assertThat(data.resolve("a")).hasContent("12");
  }

  @Test
  void aTornWriteLeavesAPrefix() throws IOException, InterruptedException {
    Set<String> seen = new TreeSet<>();
    for (long seed = 0; seed < 4; seed++) {
      if (seed > 0) {
        startProbe();
      }
      done("write a 0 1", "cut a 1", "force a", "force .");
      done("write a 1 2345678", "write a 8 9");
      cutPower(PowerCut.Survivors.SOME, seed);
      String left = Files.readString(data.resolve("a"));
      assertThat("123456789").startsWith(left);
      seen.add(left);
    }
    assertThat(seen).hasSizeGreaterThan(1);
  }

  @Test
  void sectorsReachTheDiskInAnyOrderAndWhatWasFsyncedStays()
      throws IOException, InterruptedException {
    String fsynced = "a".repeat(700);
    String written = fsynced + "b".repeat(1_000) + "c".repeat(1_300);
    String old = fsynced + "\0".repeat(2_299) + "x";
    boolean hasHole = false;
    for (long seed = 0; seed < 8; seed++) {
      if (seed > 0) {
        startProbe();
      }
      done(
          "write a 0 1", "cut a 0", "write a 0 " + fsynced, "write a 2999 x", "force a", "force .");
      done("write a 700 " + "b".repeat(1_000), "write a 1700 " + "c".repeat(1_300));
      cutPower(PowerCut.Survivors.SECTORS, seed);
      String left = Files.readString(data.resolve("a"));
      assertThat(left).hasSize(3_000).startsWith(fsynced);
      boolean isLost = false;
      for (int at = 512; at < left.length(); at += 512) {
        int end = Math.min(at + 512, left.length());
        String sector = left.substring(at, end);
        assertThat(sector).isIn(old.substring(at, end), written.substring(at, end));
        hasHole |= isLost && sector.equals(written.substring(at, end));
        isLost |= sector.equals(old.substring(at, end));
      }
    }
    assertThat(hasHole).as("something was lost before what stays").isTrue();
  }
}
