// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file's name is on the disk before anything is acknowledged that needs it. */
class SegmentNamesTest {
  @TempDir private Path dataFolder;
  private final TestingHalt halt = new TestingHalt();
  private Path current = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    current = Files.createDirectories(dataFolder.resolve("raft/group/current"));
  }

  private Path segment(int firstIndex) throws IOException {
    return Files.createFile(current.resolve("log_inprogress_" + firstIndex));
  }

  @Test
  void theFolderIsForcedOnceForASegment() throws Exception {
    segment(0);
    try (SegmentNames names = new SegmentNames(current, dataFolder)) {
      assertThat(Fsyncs.during(names::force)).containsExactly(current);
      assertThat(Fsyncs.during(names::force)).isEmpty();
    }
  }

  @Test
  void theFolderIsForcedAgainOnceTheOpenSegmentIsAnother() throws Exception {
    Path first = segment(0);
    try (SegmentNames names = new SegmentNames(current, dataFolder)) {
      names.force();
      Files.move(first, current.resolve("log_0-9"));
      segment(10);
      assertThat(Fsyncs.during(names::force)).containsExactly(current);
      assertThat(Fsyncs.during(names::force)).isEmpty();
    }
  }

  /** As in a follower that drops the entries of a deposed leader. */
  @Test
  void theFolderIsForcedAgainForANewSegmentOfTheSameName() throws Exception {
    Path first = segment(0);
    try (SegmentNames names = new SegmentNames(current, dataFolder)) {
      names.force();
      Files.delete(first);
      segment(0);
      assertThat(Fsyncs.during(names::force)).containsExactly(current);
      assertThat(Fsyncs.during(names::force)).isEmpty();
    }
  }

  @Test
  void allFoldersOfANewGroupAreForcedBeforeItsFirstEntry() throws Exception {
    Path fresh = dataFolder.resolve("fresh");
    Files.createDirectory(fresh);
    List<Path> fsyncs =
        Fsyncs.during(
            () ->
                TestingGroup.start(fresh, TestingBounds.small(), new TestingShardStore(), halt)
                    .close());
    Path group = HardStop.openSegment(fresh).resolveSibling("..").normalize();
    Path firstSegment = group.resolve("current/log_inprogress_0");
    assertThat(fsyncs.subList(0, fsyncs.lastIndexOf(firstSegment)))
        .containsSubsequence(
            group.resolve("current"),
            group,
            fresh.resolve("raft"),
            fresh,
            group.resolve("current"));
  }

  /** Ratis would take them for durable, and may never fsync this segment. */
  @Test
  void entriesThatAKillLeftInTheOpenSegmentAreForcedAtTheStart(@TempDir Path target)
      throws Exception {
    Path running = Files.createDirectory(dataFolder.resolve("running"));
    TestingShardStore store = new TestingShardStore();
    try (RaftGroupHost group = TestingGroup.start(running, TestingBounds.small(), store, halt)) {
      group.log().propose(TestingCommands.tiny(0)).toCompletableFuture().get(20, TimeUnit.SECONDS);
      HardStop.copy(running, target);
    }
    Path open = HardStop.openSegment(target);
    assertThat(Fsyncs.during(() -> new LogTailRepair(open.resolveSibling("")).run()))
        .containsExactly(open);
  }
}
