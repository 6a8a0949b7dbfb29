// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The native memory that the stores of a process share: one block cache, to which the write buffers
 * of all are charged. Closed after the stores. Any thread may open a store with it.
 */
public final class StoreMemory implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StoreMemory.class.getName());

  private final StorageSettings settings;
  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /**
   * Reserves nothing yet.
   *
   * @param library the folder that RocksDB's library is unpacked to
   * @param settings its bounds, and those of each store
   */
  public StoreMemory(Path library, StorageSettings settings) {
    loadLibrary(library);
    this.settings = settings;
    this.cache = new LRUCache(settings.cacheBytes());
    this.writeBuffers = new WriteBufferManager(settings.writeBuffersBytes(), cache);
  }

  /**
   * Unpacks RocksDB's library to a place where the next start finds it again; by itself it leaves
   * another copy in the folder for temporary files after every kill. Where that cannot be done (a
   * full disk, a mount without execution) it goes there all the same.
   */
  private static void loadLibrary(Path unpacked) {
    try {
      Files.createDirectories(unpacked);
      NativeLibraryLoader.getInstance().loadLibrary(unpacked.toString());
    } catch (IOException | UnsatisfiedLinkError e) {
      LOG.log(Level.WARNING, "RocksDB's library goes to the folder for temporary files", e);
    }
    RocksDB.loadLibrary();
  }

  StorageSettings settings() {
    return settings;
  }

  Cache cache() {
    return cache;
  }

  WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }
}
