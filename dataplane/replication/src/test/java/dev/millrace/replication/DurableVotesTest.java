// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.ratis.util.AtomicFileOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member that voted votes for nobody else in that term, even if the power fails right after its
 * answer and everything is lost that was not fsynced, names of files included.
 */
class DurableVotesTest {
  private static final long TERM = 7;

  @TempDir private Path folder;

  /** The folder of a member as it is on the disk after it voted for candidate a. */
  private Path powerLossAfterAVote(Class<?> member) throws Exception {
    Path running = Files.createDirectory(folder.resolve("running"));
    Path before = folder.resolve("before");
    Path after = folder.resolve("after");
    List<Path> fsyncs;
    Callable<Boolean> asked = start(member, running, "a");
    try (AutoCloseable _ = (AutoCloseable) asked) {
      HardStop.copy(running, before);
      fsyncs = Fsyncs.during(() -> assertThat(asked.call()).isTrue());
      HardStop.copy(running, after);
    }
    assertThat(Files.readString(VotingMember.current(after).resolve("raft-meta")))
        .contains("term=" + TERM, "votedFor=a");
    // All that the vote changed are names in one folder: they are there if it was fsynced after
    // the bytes that they name.
    Path current = VotingMember.current(running);
    boolean named =
        fsyncs.lastIndexOf(current) > fsyncs.lastIndexOf(current.resolve("raft-meta.tmp"));
    assertThat(fsyncs).contains(current.resolve("raft-meta.tmp"));
    return named ? after : before;
  }

  @SuppressWarnings("unchecked") // it asks for a vote, whoever loaded it
  private static Callable<Boolean> start(Class<?> member, Path dataFolder, String candidate)
      throws Exception {
    Constructor<?> constructor =
        member.getDeclaredConstructor(Path.class, String.class, long.class);
    constructor.setAccessible(true);
    return (Callable<Boolean>) constructor.newInstance(dataFolder, candidate, TERM);
  }

  private static boolean votes(Class<?> member, Path dataFolder, String candidate)
      throws Exception {
    Callable<Boolean> asked = start(member, dataFolder, candidate);
    try (AutoCloseable _ = (AutoCloseable) asked) {
      return asked.call();
    }
  }

  @Test
  void aVoteSurvivesTheLossOfAllThatWasNotFsynced() throws Exception {
    Path left = powerLossAfterAVote(VotingMember.class);
    assertThat(votes(VotingMember.class, left, "b")).isFalse();
    assertThat(votes(VotingMember.class, left, "a")).isTrue();
  }

  /** If this fails after an upgrade, Ratis has mended it: drop the patch, as its README says. */
  @Test
  void withTheOriginalClassAVoteIsLost() throws Exception {
    try (OriginalRatis original = new OriginalRatis()) {
      Class<?> member = original.load(VotingMember.class);
      Path left = powerLossAfterAVote(member);
      assertThat(votes(member, left, "b")).as("a second vote in the term").isTrue();
    }
  }

  /**
   * After a kill the page cache holds a vote whose folder was not fsynced; the member repeats it
   * without a write.
   */
  @Test
  void aVoteThatIsFoundAtTheStartIsDurableBeforeItIsRepeated() throws Exception {
    assertThat(votes(VotingMember.class, folder, "a")).isTrue();
    List<Path> fsyncs =
        Fsyncs.during(() -> ((AutoCloseable) start(VotingMember.class, folder, "a")).close());
    assertThat(fsyncs).contains(VotingMember.current(folder));
  }

  @Test
  void theFolderIsForcedAfterTheRenameOnly() throws Exception {
    Path taken = Files.createDirectories(folder.resolve("taken/full")).resolveSibling("");
    List<Path> fsyncs =
        Fsyncs.during(() -> assertThatThrownBy(() -> write(taken)).isInstanceOf(IOException.class));
    assertThat(fsyncs).containsExactly(folder.resolve("taken.tmp"));
    Path free = folder.resolve("free");
    assertThat(Fsyncs.during(() -> write(free)))
        .containsExactly(folder.resolve("free.tmp"), folder);
    assertThat(free).hasContent("vote");
  }

  private static void write(Path file) throws IOException {
    try (AtomicFileOutputStream out = new AtomicFileOutputStream(file.toFile())) {
      out.write("vote".getBytes(UTF_8));
    }
  }

  @Test
  void aClassPathWithTheOriginalClassIsRefused() throws Exception {
    assertThatCode(DurableVotes::verify).doesNotThrowAnyException();
    try (OriginalRatis original = new OriginalRatis()) {
      Class<?> writer = original.load(AtomicFileOutputStream.class);
      assertThatThrownBy(() -> DurableVotes.verify(writer))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a vote would not be durable")
          .hasMessageContaining("ratis-common");
    }
  }
}
