// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.LogEntryFormat;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A good log starts again after a hard stop whatever the size of its entries: Ratis' reader cannot
 * read zeros behind an entry for which its buffer had to grow up to the byte limit.
 */
class PaddingTrapTest {
  @TempDir private Path folder;
  private final TestingHalt halt = new TestingHalt();

  private static int largest(RaftBounds bounds) {
    return bounds.maxEntryBytes() - 2 * LogEntryFormat.OVERHEAD_BYTES;
  }

  /** Writes entries with these payloads and a tiny one, after which padding follows. */
  private Path killed(RaftBounds bounds, List<Integer> payloads) throws Exception {
    Path killed = folder.resolve("killed");
    Path running = Files.createDirectory(folder.resolve("running"));
    try (RaftGroupHost group = TestingGroup.start(running, bounds, new TestingShardStore(), halt)) {
      for (int i = 0; i < payloads.size(); i++) {
        group
            .log()
            .propose(TestingCommands.append(i, payloads.get(i)))
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
      }
      group.log().propose(TestingCommands.tiny(-1)).toCompletableFuture().get();
      HardStop.copy(running, killed);
    }
    SegmentEntries open = SegmentEntries.read(HardStop.openSegment(killed));
    assertThat(open.fileBytes()).as("padding").isGreaterThan(open.end());
    return killed;
  }

  private void assertStarts(Path killed, RaftBounds bounds, int commands) throws IOException {
    TestingShardStore store = new TestingShardStore();
    try (RaftGroupHost group = TestingGroup.start(killed, bounds, store, halt)) {
      assertThat(group.isRunning()).isTrue();
    }
    assertThat(TestingCommands.numbers(store)).hasSize(commands);
    assertThat(halt.called()).isFalse();
  }

  @Test
  void standaloneStartsAfterEntriesNearItsLimitAndAroundPowersOfTwo() throws Exception {
    List<Integer> payloads = new ArrayList<>();
    for (int power : List.of(12, 16, 20, 22, 23)) {
      for (int less : List.of(300, 150, 100, 0)) {
        payloads.add((1 << power) - less);
      }
    }
    payloads.add(largest(RaftBounds.DEFAULT));
    Path killed = killed(RaftBounds.DEFAULT, payloads);
    assertStarts(killed, RaftBounds.DEFAULT, payloads.size() + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {65_300, 65_500, 65_536, 65_600, 1 << 20, (1 << 20) + 1, 4_000_000, 1 << 22})
  void everyEntryBoundStartsAfterItsLargestEntry(int maxEntryBytes) throws Exception {
    RaftBounds bounds =
        new TestingBounds()
            .maxEntryBytes(maxEntryBytes)
            .pending(8 << 20, 1000)
            .segmentBytes(16 << 20)
            .build();
    Path killed = killed(bounds, List.of(largest(bounds)));
    assertStarts(killed, bounds, 2);
  }

  @Test
  void aByteLimitThatIsRefusedIsOneUnderWhichAGoodLogCannotBeRead() throws Exception {
    RaftBounds bounds = new TestingBounds().segmentBytes(16 << 20).build();
    Path killed = killed(bounds, List.of(40_000));
    RaftProperties trap =
        RaftSettings.of(bounds, killed.resolve("raft"), RaftMembers.alone(UUID.randomUUID()));
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(trap, SizeInBytes.valueOf(65_536));
    assertThatThrownBy(() -> RaftSettings.verify(trap, killed, 40_000))
        .hasMessageContaining("followed by padding could not be read again");
    RaftIdentity identity =
        RaftIdentity.open(
            killed,
            LogPosition.NONE,
            UUID.randomUUID(),
            RaftMembers.alone(UUID.randomUUID()),
            false);
    RaftPeer self = RaftPeer.newBuilder().setId(identity.members().self().toString()).build();
    ShardStateMachine machine =
        TestingMachine.of(new TestingShardStore(), identity.current(), halt);
    try (RaftServer server =
        RaftServer.newBuilder()
            .setServerId(self.getId())
            .setGroup(RaftGroup.valueOf(RaftGroupId.valueOf(identity.group()), self))
            .setStateMachine(machine)
            .setProperties(trap)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .build()) {
      assertThatThrownBy(server::start).hasStackTraceContaining("Resetting to invalid mark");
    }
    assertStarts(killed, bounds, 2);
  }
}
