// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A purge that was interrupted is finished; a log that lacks entries is left as it is. */
@Timeout(60)
class InterruptedPurgeTest {
  private static final RaftBounds SMALL_SEGMENTS =
      new TestingBounds().segmentBytes(64 << 10).build();

  @TempDir private Path folder;
  @TempDir private Path killed;
  private final TestingHalt halt = new TestingHalt();
  private final TestingShardStore store = new TestingShardStore();

  /** Puts twelve entries of which two fit a segment, and flushes the store after some of them. */
  private TestingShardStore killAfter(int flushed) throws Exception {
    TestingShardStore found;
    try (RaftGroupHost group = TestingGroup.start(folder, SMALL_SEGMENTS, store, halt)) {
      for (long n = 0; n < 12; n++) {
        group
            .log()
            .propose(TestingCommands.append(n, 30_000))
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
        if (n + 1 == flushed) {
          store.flush();
        }
      }
      found = store.crash();
      HardStop.copy(folder, killed);
    }
    return found;
  }

  private List<Path> segments() throws IOException {
    return HardStop.segments(killed).stream().sorted(InterruptedPurgeTest::byFirstIndex).toList();
  }

  private static int byFirstIndex(Path one, Path other) {
    return Long.compare(first(one), first(other));
  }

  private static long first(Path segment) {
    String name = segment.getFileName().toString();
    return Long.parseLong(name.replaceAll("log_(inprogress_)?(\\d+).*", "$2"));
  }

  @Test
  void whatIsBeforeTheGapGoesAndTheGroupGoesOn() throws Exception {
    TestingShardStore found = killAfter(10);
    List<Path> before = segments();
    // Ratis has deleted the newest segment of the purge, and was killed before the others.
    Files.delete(before.get(2));
    try (RaftGroupHost group = TestingGroup.start(killed, SMALL_SEGMENTS, found, halt)) {
      assertThat(before.get(0)).doesNotExist();
      assertThat(before.get(1)).doesNotExist();
      assertThat(before.get(3)).exists();
      group
          .log()
          .propose(TestingCommands.append(12, 100))
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
    }
    assertThat(TestingCommands.numbers(found))
        .containsExactlyElementsOf(LongStream.range(0, 13).boxed().toList());
    assertThat(halt.called()).isFalse();
  }

  @Test
  void entriesThatTheStoreLacksAreMissedAndNothingIsDeleted() throws Exception {
    TestingShardStore found = killAfter(2);
    List<Path> before = segments();
    Files.delete(before.get(2));
    assertThatThrownBy(() -> TestingGroup.start(killed, SMALL_SEGMENTS, found, halt).close())
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "the Raft log in .* lacks the entries \\d+ to \\d+, and the store is durable up to \\d+ only.*");
    assertThat(before.get(0)).exists();
    assertThat(before.get(1)).exists();
  }

  @Test
  void aLogThatBeginsAfterWhatTheStoreHasIsRefused() throws Exception {
    TestingShardStore found = killAfter(2);
    List<Path> before = segments();
    Files.delete(before.get(0));
    Files.delete(before.get(1));
    assertThatThrownBy(() -> TestingGroup.start(killed, SMALL_SEGMENTS, found, halt).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lacks the entries");
    assertThat(before.get(2)).exists();
  }
}
