// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

/**
 * How many shards the store of one process takes, from what the process may use. Above it RocksDB
 * runs out of open files or memory while an entry is applied, which stops the process.
 *
 * <p>A shard takes one open file: RocksDB opens its folder once more for every family that is made
 * (measured: 1,000 families, 1,000 descriptors; none for those that were found at the start). Files
 * of rows do not grow with the shards, since {@link StorageSettings#maxOpenFiles} bounds them.
 */
public final class StoreCapacity {
  /**
   * Native memory of a family beside its rows, rounded up (measured: 80 KiB when made, 92 KiB with
   * three files).
   */
  private static final long BYTES_PER_SHARD = 128 * 1024L;

  /** The Java runtime, its libraries, the Raft log, and what RocksDB opens once. */
  private static final int FILES_OF_PROCESS = 512;

  private StoreCapacity() {}

  /**
   * The most shards.
   *
   * @param openFileLimit files that the process may have open, from {@code
   *     UnixOperatingSystemMXBean.getMaxFileDescriptorCount}
   * @param connections files that the process opens for its clients, at most
   * @param nativeBytes memory that the process may use beside the Java heap and direct buffers;
   *     {@link Long#MAX_VALUE} when it is not limited
   * @return at least 0
   */
  public static int maxShards(
      long openFileLimit, long connections, long nativeBytes, StorageSettings settings) {
    // One file a shard, so what is left is the number of shards.
    long files = openFileLimit - FILES_OF_PROCESS - connections - settings.maxOpenFiles();
    long bytes = nativeBytes - settings.cacheBytes();
    long shards = Math.min(files, bytes / BYTES_PER_SHARD);
    return Math.clamp(shards, 0, Integer.MAX_VALUE);
  }
}
