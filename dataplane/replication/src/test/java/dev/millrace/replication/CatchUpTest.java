// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member that is behind the log of its group takes over what the others have applied. */
@Timeout(120)
class CatchUpTest {

  @TempDir private Path folder;
  private int written = 20;
  private TestingMembers members;

  @BeforeEach
  void form() throws Exception {
    members =
        new TestingMembers(
            folder, 3, TestingBounds.ofShortLogs().startTimeout(Duration.ofSeconds(5)).build());
    members.startAll();
  }

  @AfterEach
  void stop() throws Exception {
    members.close();
  }

  /** Pipelined, one command an entry. */
  private void put(long from, long to) {
    RaftGroupHost leader = members.member(members.leader());
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (long n = from; n < to; n++) {
      answers.add(leader.log().propose(command(n)).toCompletableFuture());
    }
    answers.forEach(answer -> answer.orTimeout(60, TimeUnit.SECONDS).join());
  }

  private static Command command(long n) {
    return n == 0 ? TestingCommands.open() : TestingCommands.append(n, 1_000);
  }

  /** A follower is away until the log does not reach back to what it has. */
  private int leaveBehind() throws IOException {
    put(0, 20);
    int away = (members.leader() + 1) % 3;
    members.awaitApplied(away, 19);
    members.kill(away);
    int leader = members.leader();
    for (int round = 0; members.member(leader).firstIndex() <= 100; round++) {
      assertThat(round).as("rounds without a purge").isLessThan(100);
      // Entries are applied while a flush takes its time: Ratis purges nothing while all is
      // durable.
      CompletableFuture<Void> gate = members.store(leader).closeFlushGate();
      written += 2 * TestingBounds.SHORT_LOG_ENTRIES;
      put(written - 2 * TestingBounds.SHORT_LOG_ENTRIES, written);
      gate.complete(null);
    }
    return away;
  }

  @Test
  void aMemberThatWasAwayLongerThanTheLogEndsItselfAndCatchesUpAtItsNextStart() throws Exception {
    int away = leaveBehind();
    members.start(away);
    members.awaitHalted(away);
    assertThat(members.disk(away).resolve("raft-behind")).exists();
    members.start(away);
    put(written, written + 30);
    members.awaitSameRows(away, members.leader());
    assertThat(members.disk(away).resolve("raft-behind")).doesNotExist();
    // It counts again: with it and without another one there is a majority.
    int other = 3 - away - members.leader();
    members.kill(other);
    put(written + 30, written + 35);
    members.awaitSameRows(away, members.leader());
  }

  @Test
  void aMemberThatFindsNobodySaysSoAndKeepsWhatItHas() throws Exception {
    int away = leaveBehind();
    members.start(away);
    members.awaitHalted(away);
    long segments = segments(away);
    for (int member = 0; member < 3; member++) {
      if (member != away) {
        members.kill(member);
      }
    }
    assertThatThrownBy(() -> members.start(away))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "this member is behind the log of its group, and none of the others could be asked for rows");
    assertThat(segments(away)).isEqualTo(segments);
    assertThat(members.disk(away).resolve("raft-behind")).exists();
  }

  @Test
  void whatSaysThatAMemberIsBehindAndIsNoIndexIsRefusedAndKept() throws Exception {
    int follower = (members.leader() + 1) % 3;
    members.kill(follower);
    Path behind = members.disk(follower).resolve("raft-behind");
    Files.writeString(behind, "soon");
    assertThatThrownBy(() -> members.start(follower))
        .isInstanceOf(IOException.class)
        .hasMessage("%s must hold the index of a log entry, found 'soon'".formatted(behind));
    assertThat(behind).hasContent("soon");
  }

  private long segments(int member) throws IOException {
    try (Stream<Path> files = Files.walk(members.disk(member))) {
      return files.filter(file -> file.getFileName().toString().startsWith("log_")).count();
    }
  }
}
