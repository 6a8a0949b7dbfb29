// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.millrace.storage.StorageSettings;
import dev.millrace.storage.StoreCapacity;
import java.lang.management.ManagementFactory;

/**
 * What the operating system lets this process use.
 *
 * @param openFiles most open files
 * @param nativeBytes memory beside the Java heap
 */
public record ProcessLimits(long openFiles, long nativeBytes) {
  /** Direct buffers, as jvm.options bounds them, and the runtime itself. */
  private static final long RUNTIME_BYTES = 256L << 20;

  /** This process's. */
  static ProcessLimits current() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new ProcessLimits(
        system instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : Long.MAX_VALUE,
        system.getTotalMemorySize() - Runtime.getRuntime().maxMemory() - RUNTIME_BYTES);
  }

  /** Most shards that the store of this process can hold, open and closed. */
  int shardCapacity(int maxConnections) {
    return StoreCapacity.maxShards(openFiles, maxConnections, nativeBytes, StorageSettings.DEFAULT);
  }
}
