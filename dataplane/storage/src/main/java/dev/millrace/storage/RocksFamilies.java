// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import dev.millrace.core.port.Halt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * One RocksDB with its families and every native object of its own, opened together and closed in
 * the order that RocksDB asks for. All methods may be called from any thread, but not with a handle
 * that was closed; {@link ShardFamily} ensures that.
 *
 * @see <a href="https://github.com/facebook/rocksdb/wiki/RocksJava-Basics">RocksJava basics</a>
 */
final class RocksFamilies implements AutoCloseable {
  private static final long MIB = 1 << 20;

  /**
   * What a write buffer allocates at a time. RocksDB's own choice is an eighth of the buffer, at
   * most 1 MiB: then 64 shards with a few records each would fill the write buffers of all, and
   * each become a file of a few KiB.
   */
  private static final long WRITE_BUFFER_BLOCK_BYTES = 64 * 1024;

  /** One that takes writes and three that wait to be written out, before writers have to wait. */
  private static final int WRITE_BUFFERS_PER_FAMILY = 4;

  private final ColumnFamilyOptions familyOptions;
  private final DBOptions options;
  private final WriteOptions noWriteAheadLog;
  private final ReadOptions scan;
  private final ReadOptions point;
  private final FlushOptions flushAndWait;
  private final CompactRangeOptions besideOthers;
  private final List<AbstractEventListener> listeners;
  private final RocksDB db;
  private final ColumnFamilyHandle defaultFamily;
  private final Map<String, ColumnFamilyHandle> found = new HashMap<>();

  /**
   * Opens or creates the database in a folder.
   *
   * @throws StorageException when RocksDB refuses: the folder is in use, or damaged
   */
  RocksFamilies(Path folder, StoreMemory memory, Halt halt, List<AbstractEventListener> listeners) {
    this.listeners = new ArrayList<>(listeners);
    this.listeners.add(new BackgroundErrors(halt));
    familyOptions = familyOptions(memory.settings(), memory.cache());
    options = databaseOptions(memory.settings(), memory.writeBuffers(), this.listeners);
    noWriteAheadLog = new WriteOptions().setDisableWAL(true);
    scan =
        new ReadOptions()
            .setFillCache(false)
            .setVerifyChecksums(true)
            .setReadaheadSize(256 * 1024L);
    point = new ReadOptions().setVerifyChecksums(true);
    flushAndWait = new FlushOptions().setWaitForFlush(true).setAllowWriteStall(true);
    besideOthers = new CompactRangeOptions().setExclusiveManualCompaction(false);
    try {
      Files.createDirectories(folder);
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
      try (Options listing = new Options()) {
        for (byte[] name : RocksDB.listColumnFamilies(listing, folder.toString())) {
          if (!Arrays.equals(name, RocksDB.DEFAULT_COLUMN_FAMILY)) {
            descriptors.add(new ColumnFamilyDescriptor(name, familyOptions));
          }
        }
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      db = RocksDB.open(options, folder.toString(), descriptors, handles);
      defaultFamily = handles.get(0);
      for (int i = 1; i < handles.size(); i++) {
        found.put(new String(descriptors.get(i).getName(), StandardCharsets.UTF_8), handles.get(i));
      }
    } catch (RocksDBException | IOException e) {
      closeOptions();
      throw new StorageException("the store in " + folder + " does not open: " + e.getMessage(), e);
    }
  }

  private static ColumnFamilyOptions familyOptions(StorageSettings settings, Cache cache) {
    return new ColumnFamilyOptions()
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(32 * 1024)
                .setCacheIndexAndFilterBlocks(true)
                .setFormatVersion(6))
        // Keys only ever rise, so files do not overlap and move down without being rewritten, as
        // long as every level has the same compression.
        .setCompactionStyle(CompactionStyle.LEVEL)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setBottommostCompressionType(CompressionType.LZ4_COMPRESSION)
        .setWriteBufferSize(settings.familyWriteBufferBytes())
        .setArenaBlockSize(WRITE_BUFFER_BLOCK_BYTES)
        .setMaxWriteBufferNumber(WRITE_BUFFERS_PER_FAMILY)
        .setForceConsistencyChecks(true)
        .setParanoidFileChecks(true);
  }

  private static DBOptions databaseOptions(
      StorageSettings settings,
      WriteBufferManager writeBuffers,
      List<AbstractEventListener> listeners) {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setParanoidChecks(true)
        .setWriteBufferManager(writeBuffers)
        .setMaxOpenFiles(settings.maxOpenFiles())
        .setBytesPerSync(MIB)
        .setMaxBackgroundJobs(2)
        // A family is made durable by flush() and by nothing else, so that a crash is what it says.
        .setAvoidFlushDuringShutdown(true)
        .setMaxBgErrorResumeCount(0)
        .setListeners(listeners)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(4)
        .setMaxLogFileSize(4 * MIB)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  /** RocksDB cannot say which writes a failed flush lost, so nothing may be answered after one. */
  private static final class BackgroundErrors extends AbstractEventListener {
    private final Halt halt;

    BackgroundErrors(Halt halt) {
      super(EnabledEventCallback.ON_BACKGROUND_ERROR);
      this.halt = halt;
    }

    @Override
    public void onBackgroundError(BackgroundErrorReason reason, Status error) {
      StorageException cause =
          new StorageException("RocksDB " + reason + ": " + error.getCodeString());
      halt.halt("the store cannot write in the background (" + reason + ")", cause);
    }
  }

  /** The families that were there when the database was opened, by name, the default one aside. */
  Map<String, ColumnFamilyHandle> found() {
    return found;
  }

  ColumnFamilyHandle defaultFamily() {
    return defaultFamily;
  }

  /** Creates families; their existence survives a crash as soon as this returns. */
  List<ColumnFamilyHandle> create(List<String> names) {
    try {
      return db.createColumnFamilies(
          familyOptions, names.stream().map(n -> n.getBytes(StandardCharsets.UTF_8)).toList());
    } catch (RocksDBException e) {
      throw new StorageException("cannot create families " + names, e);
    }
  }

  /** Drops families; their handles stay usable until they are closed. */
  void drop(List<ColumnFamilyHandle> handles) {
    try {
      db.dropColumnFamilies(handles);
    } catch (RocksDBException e) {
      throw new StorageException("cannot drop " + handles.size() + " families", e);
    }
  }

  void write(WriteBatch batch) {
    try {
      db.write(noWriteAheadLog, batch);
    } catch (RocksDBException e) {
      throw new StorageException("cannot write " + batch.getDataSize() + " bytes", e);
    }
  }

  /**
   * Writes out a family's buffers as they are now, and waits. Writers do not wait.
   *
   * @throws StorageException also when the family was dropped meanwhile
   */
  void flush(ColumnFamilyHandle family) {
    try {
      db.flush(flushAndWait, family);
    } catch (RocksDBException | IllegalArgumentException e) {
      // The Java binding knows no code for "column family dropped" and throws the latter instead.
      throw new StorageException("cannot flush a family", e);
    }
  }

  /**
   * Deletes the files all of whose keys lie in a range; what is in others stays. Files on level 0
   * are not deleted, so they are moved down first: keys rise, so none has to be rewritten.
   */
  void deleteFiles(ColumnFamilyHandle family, byte[] from, byte[] to) {
    try {
      db.compactRange(family, from, to, besideOthers);
      db.deleteFilesInRanges(family, List.of(from, to), false);
    } catch (RocksDBException | IllegalArgumentException e) {
      throw new StorageException("cannot delete files below a trim horizon", e);
    }
  }

  byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) {
    try {
      return db.get(family, point, key);
    } catch (RocksDBException e) {
      throw new StorageException("cannot read a row", e);
    }
  }

  /** An iterator over a family as it is now; the caller closes it. */
  RocksIterator iterator(ColumnFamilyHandle family) {
    return db.newIterator(family, scan);
  }

  /** Makes flushes and compactions return without a result; none begins any more. */
  void cancelBackgroundWork() {
    db.cancelAllBackgroundWork(false);
  }

  /** Closes the database and then its options; the families' handles are closed. */
  @Override
  public void close() {
    defaultFamily.close();
    db.close();
    closeOptions();
  }

  private void closeOptions() {
    besideOthers.close();
    flushAndWait.close();
    point.close();
    scan.close();
    noWriteAheadLog.close();
    options.close();
    familyOptions.close();
    listeners.forEach(AbstractEventListener::close);
  }
}
