// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

/**
 * Bounds of the store's memory and files. All native memory of RocksDB is charged to the cache, so
 * {@code cacheBytes} is the one bound of it, beside table readers of the open files.
 *
 * @param cacheBytes block cache, index and filter blocks and write buffers together
 * @param writeBuffersBytes the part of the cache that write buffers may take before the largest is
 *     flushed
 * @param familyWriteBufferBytes one family's write buffer; full, it becomes one file
 * @param maxOpenFiles files whose table readers stay in memory
 */
public record StorageSettings(
    long cacheBytes, long writeBuffersBytes, long familyWriteBufferBytes, int maxOpenFiles) {

  private static final long MIB = 1 << 20;

  /** For one process that hosts everything: 96 MiB of cache, of which 64 MiB for writes. */
  public static final StorageSettings DEFAULT =
      new StorageSettings(96 * MIB, 64 * MIB, 16 * MIB, 256);

  public StorageSettings {
    if (writeBuffersBytes > cacheBytes || familyWriteBufferBytes > writeBuffersBytes) {
      throw new IllegalArgumentException(
          "a family's write buffer (%d bytes) must fit the write buffers (%d), and those the cache (%d)"
              .formatted(familyWriteBufferBytes, writeBuffersBytes, cacheBytes));
    }
  }
}
