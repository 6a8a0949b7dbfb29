// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import static dev.millrace.core.port.TestingEntries.open;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.Halt;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store within its capacity opens no more files than the process may. */
class StoreCapacityTest {
  private static final StorageSettings SETTINGS =
      new StorageSettings(96L << 20, 64L << 20, 16L << 20, 256);
  private static final Halt FAIL =
      (why, cause) -> {
        throw new AssertionError(why, cause);
      };

  @Test
  void filesAndMemoryBoundTheShards() {
    assertThat(StoreCapacity.maxShards(20_000, 10_000, Long.MAX_VALUE, SETTINGS)).isEqualTo(9_232);
    assertThat(StoreCapacity.maxShards(1L << 30, 0, (96L + 128) << 20, SETTINGS)).isEqualTo(1024);
    assertThat(StoreCapacity.maxShards(1024, 1000, Long.MAX_VALUE, SETTINGS)).isZero();
    assertThat(StoreCapacity.maxShards(Long.MAX_VALUE, 0, Long.MAX_VALUE, SETTINGS))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void aShardMoreIsNoMoreOpenFilesThanItsCapacityCounts(@TempDir Path folder) {
    int shards = 300;
    StorageSettings fewFiles = new StorageSettings(8 << 20, 4 << 20, 1 << 20, 64);
    try (RocksShardStore store = new RocksShardStore(folder.resolve("store"), fewFiles, FAIL)) {
      long before = openFiles();
      List<Command> opening = new ArrayList<>();
      for (int i = 0; i < shards; i++) {
        opening.add(open(new ShardRef(new StreamId(7), new ShardId(i))));
      }
      store.apply(new LogPosition(1, 0), opening);
      store.flush();
      assertThat(openFiles() - before).isLessThanOrEqualTo(shards + fewFiles.maxOpenFiles() + 8);
    }
  }

  private static long openFiles() {
    return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
        .getOpenFileDescriptorCount();
  }
}
