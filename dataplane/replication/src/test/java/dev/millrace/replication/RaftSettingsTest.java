// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A group does not start under a setting by which an acknowledged record could be lost. */
class RaftSettingsTest {
  private static final Path FOLDER = Path.of("/data");

  record Unsafe(String key, Consumer<RaftProperties> change, String found, String expected) {}

  static List<Unsafe> unsafe() {
    return List.of(
        new Unsafe(
            "raft.server.log.unsafe-flush.enabled",
            p -> RaftServerConfigKeys.Log.setUnsafeFlushEnabled(p, true),
            "true",
            "false: an answer must not leave before the fsync"),
        new Unsafe(
            "raft.server.log.async-flush.enabled",
            p -> RaftServerConfigKeys.Log.setAsyncFlushEnabled(p, true),
            "true",
            "false: it counts a failed fsync as done"),
        new Unsafe(
            "raft.server.log.corruption.policy",
            p ->
                RaftServerConfigKeys.Log.setCorruptionPolicy(
                    p, RaftServerConfigKeys.Log.CorruptionPolicy.WARN_AND_RETURN),
            "WARN_AND_RETURN",
            "EXCEPTION: the log must not be cut in silence"),
        new Unsafe(
            "raft.server.storage.dir",
            p -> RaftServerConfigKeys.setStorageDir(p, List.of(new File("/tmp/ratis"))),
            "[/tmp/ratis]",
            "one folder below /data"),
        new Unsafe(
            "raft.server.storage.dir",
            p ->
                RaftServerConfigKeys.setStorageDir(
                    p, List.of(new File("/data/a"), new File("/data/b"))),
            "[/data/a, /data/b]",
            "one folder below /data"),
        new Unsafe(
            "raft.server.log.appender.buffer.byte-limit",
            p ->
                RaftServerConfigKeys.Log.Appender.setBufferByteLimit(
                    p, SizeInBytes.valueOf((128 << 10) + 1)),
            "131073",
            "more than 131073"),
        new Unsafe(
            "raft.server.log.write.buffer.size",
            p ->
                RaftServerConfigKeys.Log.setWriteBufferSize(
                    p, SizeInBytes.valueOf(TestingBounds.small().byteLimit() + 7)),
            String.valueOf(TestingBounds.small().byteLimit() + 7),
            "at least " + (TestingBounds.small().byteLimit() + 8)));
  }

  @ParameterizedTest
  @MethodSource("unsafe")
  void anUnsafeSettingIsRefusedByItsName(Unsafe unsafe) {
    RaftBounds bounds = TestingBounds.small();
    RaftProperties properties =
        RaftSettings.of(bounds, FOLDER.resolve("raft"), RaftMembers.alone(UUID.randomUUID()));
    RaftSettings.verify(properties, FOLDER, bounds.maxEntryBytes());
    unsafe.change().accept(properties);
    assertThatThrownBy(() -> RaftSettings.verify(properties, FOLDER, bounds.maxEntryBytes()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "unsafe Raft setting: %s is %s, expected %s",
            unsafe.key(), unsafe.found(), messageEnd(unsafe));
  }

  private static String messageEnd(Unsafe unsafe) {
    return unsafe.expected().startsWith("more than")
        ? unsafe.expected() + ": entries of 65536 bytes followed by padding could not be read again"
        : unsafe.expected();
  }

  @Test
  void everyBoundKeepsTheReadersBufferBelowTheByteLimit() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      int powerOfTwo = 1 << random.nextInt(13, 26);
      int maxEntryBytes = powerOfTwo + random.nextInt(-600, 600);
      int limit =
          new TestingBounds()
              .maxEntryBytes(maxEntryBytes)
              .batch(1024, 1)
              .pending(1 << 30, 1)
              .build()
              .byteLimit();
      // As SegmentedRaftLogReader.checkBufferSize does it; Ratis adds some 70 bytes to an entry.
      int buffer = 4096;
      while (buffer < maxEntryBytes + 100) {
        buffer = Math.min(buffer * 2, limit);
      }
      assertThat(limit)
          .as("limit for entries of %d bytes, seed %d", maxEntryBytes, seed)
          .isGreaterThan(buffer + 1);
    }
  }

  @Test
  void aBatchThatDoesNotFitAnEntryIsRefused() {
    assertThatThrownBy(() -> new TestingBounds().batch(64 << 10, 1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must fit an entry");
  }

  @Test
  void aGroupOfOneOutlivesAPauseOfTheProcess() {
    RaftProperties p =
        RaftSettings.of(
            TestingBounds.small(), FOLDER.resolve("raft"), RaftMembers.alone(UUID.randomUUID()));
    TimeDuration aDay = TimeDuration.valueOf(1, TimeUnit.DAYS);
    assertThat(RaftServerConfigKeys.closeThreshold(p)).isGreaterThan(aDay);
    assertThat(RaftServerConfigKeys.LeaderElection.leaderStepDownWaitTime(p)).isGreaterThan(aDay);
  }

  /** Whatever the number of calls that failed meanwhile. */
  @Test
  void aFollowerThatIsBackIsCalledSoon() {
    UUID self = UUID.randomUUID();
    RaftMembers.Addresses anywhere = new RaftMembers.Addresses("localhost:1", "localhost:2");
    RaftProperties p =
        RaftSettings.of(
            RaftBounds.REPLICATED,
            FOLDER.resolve("raft"),
            RaftMembers.of(self, Map.of(self, anywhere, UUID.randomUUID(), anywhere)));
    RetryPolicy retries =
        RetryPolicy.parse(RaftServerConfigKeys.Log.Appender.retryPolicy(p), "retry policy");
    for (int failed : new int[] {1, 30, 1_030, 100_000_000}) {
      assertThat(retries.handleAttemptFailure(() -> failed).getSleepTime())
          .isGreaterThan(TimeDuration.ZERO)
          .isLessThan(TimeDuration.ONE_SECOND);
    }
  }
}
