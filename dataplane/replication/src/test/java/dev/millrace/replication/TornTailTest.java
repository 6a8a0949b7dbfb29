// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A power loss may leave the last entry half written. A start cuts it off by itself and keeps every
 * entry before it; damage before the last entry is never cut away.
 */
class TornTailTest {
  private static final int AT_A_TIME = 16;

  @TempDir private Path folder;
  private final TestingHalt halt = new TestingHalt();

  /** A data folder as a kill leaves it: commands 0, 1, 2 and 3 in the open segment, then zeros. */
  private Path killed() throws Exception {
    Path killed = folder.resolve("killed");
    Path running = Files.createDirectory(folder.resolve("running"));
    TestingShardStore store = new TestingShardStore();
    try (RaftGroupHost group = TestingGroup.start(running, TestingBounds.small(), store, halt)) {
      for (long n = 0; n < 4; n++) {
        group.log().propose(TestingCommands.tiny(n)).toCompletableFuture().get();
      }
      return HardStop.copy(running, killed);
    }
  }

  /** Starts on a copy with other bytes in the open segment; returns what was applied. */
  private List<Long> start(Path killed, String name, byte[] segment) throws Exception {
    Path copy = HardStop.copy(killed, folder.resolve(name));
    Files.write(HardStop.openSegment(copy), segment);
    TestingShardStore store = new TestingShardStore();
    try (RaftGroupHost group = TestingGroup.start(copy, TestingBounds.small(), store, halt)) {
      group.log().propose(TestingCommands.tiny(9)).toCompletableFuture().get();
    }
    return TestingCommands.numbers(store);
  }

  private static byte[] zerosFrom(byte[] segment, int from) {
    byte[] torn = segment.clone();
    Arrays.fill(torn, from, torn.length, (byte) 0);
    return torn;
  }

  private static byte[] randomBetween(byte[] segment, int from, int to, Random random) {
    byte[] torn = segment.clone();
    byte[] noise = new byte[to - from];
    random.nextBytes(noise);
    System.arraycopy(noise, 0, torn, from, noise.length);
    return torn;
  }

  @Test
  void aTailTornAtAnyByteIsCutAndEveryEarlierEntryIsKept() throws Exception {
    Path killed = killed();
    Path segment = HardStop.openSegment(killed);
    SegmentEntries good = SegmentEntries.read(segment);
    byte[] bytes = Files.readAllBytes(segment);
    assertThat(good.fileBytes()).as("padding follows").isGreaterThan(good.end() + 1000);
    long seed = System.nanoTime();
    Map<String, byte[]> torn = new HashMap<>();
    for (int at = good.lastStart(); at < good.end(); at++) {
      torn.put("padded-" + at, zerosFrom(bytes, at));
      torn.put("truncated-" + at, Arrays.copyOf(bytes, at));
      torn.put("noise-" + at, randomBetween(bytes, at, good.end(), new Random(seed + at)));
    }
    try (ExecutorService starts = Executors.newFixedThreadPool(AT_A_TIME)) {
      Map<String, Future<List<Long>>> applied = new HashMap<>();
      torn.forEach(
          (name, tail) -> applied.put(name, starts.submit(() -> start(killed, name, tail))));
      for (Map.Entry<String, Future<List<Long>>> each : applied.entrySet()) {
        assertThat(each.getValue().get())
            .as("%s, seed %d", each.getKey(), seed)
            .isEqualTo(List.of(0L, 1L, 2L, 9L));
      }
    }
    assertThat(halt.called()).isFalse();
  }

  @Test
  void anUndamagedSegmentIsLeftAsItIs() throws Exception {
    Path killed = killed();
    Path segment = HardStop.openSegment(killed);
    SegmentEntries good = SegmentEntries.read(segment);
    byte[] bytes = Files.readAllBytes(segment);
    assertThat(new LogTailRepair(segment.resolveSibling(".")).run()).isEmpty();
    assertThat(segment).hasBinaryContent(bytes);
    // Its last entry may end where the file does.
    Files.write(segment, Arrays.copyOf(bytes, good.end()));
    assertThat(new LogTailRepair(segment.resolveSibling(".")).run()).isEmpty();
    assertThat(segment).hasSize(good.end());
    assertThat(start(killed, "exact", Arrays.copyOf(bytes, good.end())))
        .isEqualTo(List.of(0L, 1L, 2L, 3L, 9L));
  }

  /** After an fsync that has failed, another one stores only what was written since. */
  @Test
  void whatIsReadIsWrittenAgainSoThatItsFsyncStoresIt() throws Exception {
    Path segment = HardStop.openSegment(killed());
    byte[] bytes = Files.readAllBytes(segment);
    FileTime longAgo = FileTime.fromMillis(0);
    Files.setLastModifiedTime(segment, longAgo);
    assertThat(new LogTailRepair(segment.resolveSibling(".")).run()).isEmpty();
    assertThat(Files.getLastModifiedTime(segment)).isGreaterThan(longAgo);
    assertThat(segment).hasBinaryContent(bytes);
  }

  @Test
  void aFlippedBitBeforeTheLastEntryRefusesAndChangesNothing() throws Exception {
    Path killed = killed();
    Path segment = HardStop.openSegment(killed);
    SegmentEntries good = SegmentEntries.read(segment);
    byte[] bytes = Files.readAllBytes(segment);
    for (int bit = good.starts().getFirst() * 8; bit < good.lastStart() * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(segment, damaged);
      assertThatThrownBy(() -> new LogTailRepair(segment.resolveSibling(".")).run())
          .as("bit %d", bit)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is damaged at byte ");
      assertThat(segment).as("bit %d", bit).hasBinaryContent(damaged);
    }
    assertThatThrownBy(() -> start(killed, "refused", Files.readAllBytes(segment)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is damaged at byte ")
        .hasMessageContaining("restore the data folder");
    assertThat(halt.called()).isFalse();
  }

  @Test
  void aFlippedBitInAClosedSegmentRefusesToStart() throws Exception {
    RaftBounds bounds = new TestingBounds().segmentBytes(32 << 10).build();
    Path killed = folder.resolve("killed");
    Path running = Files.createDirectory(folder.resolve("running"));
    try (RaftGroupHost group = TestingGroup.start(running, bounds, new TestingShardStore(), halt)) {
      for (long n = 0; n < 4; n++) {
        group.log().propose(TestingCommands.append(n, 20_000)).toCompletableFuture().get();
      }
      HardStop.copy(running, killed);
    }
    Path closed = HardStop.segments(killed).getFirst();
    byte[] damaged = Files.readAllBytes(closed);
    damaged[10_000] ^= 1;
    Files.write(closed, damaged);
    assertThatThrownBy(() -> TestingGroup.start(killed, bounds, new TestingShardStore(), halt))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is damaged at byte ")
        .hasMessageContaining("restore the data folder");
    assertThat(closed).hasBinaryContent(damaged);
  }

  static List<byte[]> largeTails() {
    int size = 10 << 20;
    byte[] random = new byte[size];
    new Random(7).nextBytes(random);
    byte[] lengths = new byte[size];
    for (int i = 0; i + 8 < size; i += 9) {
      // A client's payload that looks like the begin of an entry of 2 MiB, again and again.
      byte[] forged = {(byte) 0xFF, (byte) 0xFF, 0x7F, 8, 1, 16, 100, 26, 0};
      System.arraycopy(forged, 0, lengths, i, forged.length);
    }
    return List.of(random, lengths);
  }

  @ParameterizedTest
  @MethodSource("largeTails")
  @Timeout(20)
  void aLargeTornTailIsJudgedQuickly(byte[] tail) throws Exception {
    Path killed = killed();
    Path segment = HardStop.openSegment(killed);
    SegmentEntries good = SegmentEntries.read(segment);
    byte[] bytes = Files.readAllBytes(segment);
    ByteBuffer torn = ByteBuffer.allocate(good.end() + 7 + tail.length + (1 << 20));
    torn.put(bytes, 0, good.end()).putInt(0xFFFFFF07).put(tail);
    Files.write(segment, torn.array());
    assertThat(new LogTailRepair(segment.resolveSibling(".")).run())
        .hasValueSatisfying(cut -> assertThat(cut.keptEntries()).isEqualTo(5));
    assertThat(segment).hasSize(good.end());
  }

  @Test
  @Timeout(60)
  void aTailThatCannotBeJudgedQuicklyRefuses() throws Exception {
    Path killed = killed();
    Path segment = HardStop.openSegment(killed);
    SegmentEntries good = SegmentEntries.read(segment);
    // Heads of entries of 1 MiB, right in every field, every 14 bytes.
    byte[] forged = new byte[14];
    ByteBuffer.wrap(forged)
        .put(varint(1 << 20, 3))
        .put(new byte[] {8, 1, 16, 100, 26})
        .put(varint((1 << 20) - 8, 3));
    ByteBuffer torn = ByteBuffer.allocate(good.end() + (10 << 20));
    torn.put(Files.readAllBytes(segment), 0, good.end()).putInt(0xFFFFFF07);
    while (torn.remaining() >= forged.length) {
      torn.put(forged);
    }
    Files.write(segment, torn.array());
    assertThatThrownBy(() -> new LogTailRepair(segment.resolveSibling(".")).run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("may follow");
    assertThat(segment).hasBinaryContent(torn.array());
  }

  private static byte[] varint(int value, int bytes) {
    byte[] varint = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      varint[i] = (byte) (((value >>> (7 * i)) & 0x7F) | (i < bytes - 1 ? 0x80 : 0));
    }
    return varint;
  }

  @Test
  void twoOpenSegmentsRefuse() throws Exception {
    Path killed = killed();
    Path open = HardStop.openSegment(killed);
    Files.copy(open, open.resolveSibling("log_inprogress_77"));
    assertThatThrownBy(() -> new LogTailRepair(open.resolveSibling(".")).run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected one open log segment");
  }
}
