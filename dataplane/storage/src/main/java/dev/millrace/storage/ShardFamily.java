// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import dev.millrace.core.apply.ShardRow;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.DataKeyNeededException;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.port.ShardReader.Stretch;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.port.ShardRows.StoredRow;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksIterator;

/**
 * One shard's rows. Only the applying thread calls {@link #publish} and drops the family; one
 * thread at a time calls {@link #flush} and {@link #deleteTrimmed}; any thread may read. The handle
 * stays open while a reader or a flush uses it, and nobody waits for them but {@link #awaitClosed}.
 */
final class ShardFamily {
  private static final String PREFIX = "shard/";

  private final RocksFamilies db;
  private final ShardRef shard;
  private final ColumnFamilyHandle handle;
  private final Object use = new Object();
  private int users;
  private boolean admitting = true;
  private boolean closesWhenUnused;
  private long durableHorizon;
  private long deletedBelow;
  private volatile @Nullable ShardState state;

  /**
   * The state after the rows that were taken over since the last {@link #reload}, if it is known.
   */
  private @Nullable ShardState taken;

  ShardFamily(RocksFamilies db, ShardRef shard, ColumnFamilyHandle handle) {
    this.db = db;
    this.shard = shard;
    this.handle = handle;
    ShardState found = restore().orElse(null);
    this.state = found;
    this.taken = found;
    this.durableHorizon = found == null ? 0 : found.trimPosition();
  }

  /** The family's name in RocksDB. */
  static String name(ShardRef shard) {
    return PREFIX + shard.stream() + "/" + shard.shard().index();
  }

  /** The shard whose family has a name. */
  static ShardRef parse(String name) {
    String[] parts = name.split("/", -1);
    Optional<StreamId> stream =
        parts.length == 3 && name.startsWith(PREFIX) ? StreamId.parse(parts[1]) : Optional.empty();
    if (stream.isEmpty()) {
      throw new StorageException("the store has a family '" + name + "' that is no shard's");
    }
    return new ShardRef(stream.get(), new ShardId(Integer.parseInt(parts[2])));
  }

  /** Big-endian, so that the order of the bytes is the order of the positions. */
  static byte[] key(long position) {
    return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
  }

  ShardRef shard() {
    return shard;
  }

  ColumnFamilyHandle handle() {
    return handle;
  }

  /**
   * The applied state; empty when the family was created but its first row was lost with a crash.
   */
  Optional<ShardState> state() {
    return Optional.ofNullable(state);
  }

  /** Makes a state visible after its rows were written. */
  void publish(ShardState next) {
    state = next;
    taken = next;
  }

  private boolean enter() {
    synchronized (use) {
      users += admitting ? 1 : 0;
      return admitting;
    }
  }

  private void leave() {
    synchronized (use) {
      users--;
      closeIfUnused();
    }
  }

  private void closeIfUnused() {
    if (closesWhenUnused && users == 0) {
      handle.close();
      use.notifyAll();
    }
  }

  /** Whoever comes from now on finds no shard. */
  void admitNobody() {
    synchronized (use) {
      admitting = false;
    }
  }

  private boolean isAdmitting() {
    synchronized (use) {
      return admitting;
    }
  }

  /** Closes the handle now, or when the last who uses it has left. */
  void closeWhenUnused() {
    synchronized (use) {
      closesWhenUnused = true;
      closeIfUnused();
    }
  }

  boolean isClosed() {
    return !handle.isOwningHandle();
  }

  /** Waits until nobody uses the family; reads are short, and a flush has been cancelled. */
  void awaitClosed() {
    synchronized (use) {
      while (!isClosed()) {
        try {
          use.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StorageException("interrupted while shard " + shard + " is in use", e);
        }
      }
    }
  }

  /**
   * Writes out what was applied after a position, unless nothing was. A family that is dropped
   * meanwhile has nothing left to write.
   */
  void flush(LogPosition after) {
    // Its rows were written before it was published, so they are in what is flushed.
    ShardState seen = state;
    if (seen == null || after.covers(seen.applied()) || !enter()) {
      return;
    }
    try {
      db.flush(handle);
      durableHorizon = seen.trimPosition();
    } catch (StorageException e) {
      if (isAdmitting()) {
        throw e;
      }
    } finally {
      leave();
    }
  }

  /**
   * Reads the state from the rows. Its digest is that of the bytes that are found, so a row that
   * was changed on the disk shows.
   */
  private Optional<ShardState> restore() {
    try (RocksIterator rows = db.iterator(handle)) {
      rows.seekToLast();
      if (!isValid(rows)) {
        return Optional.empty();
      }
      long lastPosition = position(rows);
      long newest = row(rows).stateRow();
      rows.seek(key(newest));
      if (!isValid(rows)
          || position(rows) != newest
          || !(row(rows) instanceof ShardRow.State newestState)) {
        throw new StorageException(
            "shard %s: the last row names a state row at %d that is not there"
                .formatted(shard, newest));
      }
      ShardState restored = newestState.state();
      rows.next();
      if (restored.dependsOnlyOnLastRow() && isValid(rows)) {
        restored = restored.beforeRowAt(lastPosition);
        rows.seekToLast();
      }
      for (; isValid(rows); rows.next()) {
        if (position(rows) != restored.nextPosition()) {
          throw new StorageException(
              "shard %s: expected a row at %d, found one at %d"
                  .formatted(shard, restored.nextPosition(), position(rows)));
        }
        ByteBuffer bytes = ByteBuffer.wrap(rows.value());
        restored = restored.after(ShardRow.decode(bytes), bytes);
      }
      return Optional.of(restored);
    }
  }

  /** Reads records; empty when the shard is not here. */
  Optional<Stretch> read(
      long fromPosition, int maxRecords, long maxBytes, UnaryOperator<RecordBatch> decrypted) {
    return whileOpen(
        current -> {
          long from = Math.max(fromPosition, current.trimPosition());
          try (RocksIterator rows = db.iterator(handle)) {
            return scan(rows, current, from, maxRecords, maxBytes, decrypted);
          }
        });
  }

  private static Stretch scan(
      RocksIterator rows,
      ShardState current,
      long from,
      int maxRecords,
      long maxBytes,
      UnaryOperator<RecordBatch> decrypted) {
    List<StoredRecord> records = new ArrayList<>();
    long bytes = 0;
    for (seekToRowOf(rows, from); isValid(rows); rows.next()) {
      if (!(row(rows) instanceof ShardRow.Records row)) {
        continue;
      }
      long position = position(rows);
      RecordBatch batch;
      try {
        batch = decrypted.apply(row.records());
      } catch (DataKeyNeededException e) {
        if (records.isEmpty()) {
          throw e;
        }
        return new Stretch(records, position, current);
      }
      for (RecordBatch.Entry entry : batch.entries()) {
        if (position >= from) {
          bytes += entry.partitionKey().remaining() + entry.data().remaining();
          boolean full = records.size() == maxRecords || bytes > maxBytes;
          if (full && !records.isEmpty()) {
            return new Stretch(records, position, current);
          }
          records.add(
              new StoredRecord(
                  position,
                  row.arrivalMillis(),
                  entry.partitionKey(),
                  entry.data(),
                  row.records().isEncrypted()));
        }
        position++;
      }
    }
    long after = records.isEmpty() ? from : records.getLast().position() + 1;
    return new Stretch(records, Math.max(after, current.nextPosition()), current);
  }

  /** The first position whose row arrived at or after a time; empty when the shard is not here. */
  Optional<Long> firstAtOrAfter(long arrivalMillis) {
    return whileOpen(
        current -> {
          try (RocksIterator rows = db.iterator(handle)) {
            long low = current.trimPosition();
            long high = current.nextPosition();
            while (low < high) {
              long middle = low + (high - low) / 2;
              seekToRowOf(rows, middle);
              if (isValid(rows) && arrivalMillis(row(rows)) < arrivalMillis) {
                low = middle + 1;
              } else {
                high = middle;
              }
            }
            return low;
          }
        });
  }

  /**
   * Deletes the files that lie below the trim horizon. Not below that of this moment, but below the
   * one that was flushed: a trim applied since then is lost in a crash, and the replay needs the
   * rows, and the state row among them, that it had made obsolete.
   */
  void deleteTrimmed() {
    if (durableHorizon <= deletedBelow || !enter()) {
      return;
    }
    try {
      db.deleteFiles(handle, key(0), key(durableHorizon));
      deletedBelow = durableHorizon;
    } catch (StorageException e) {
      if (isAdmitting()) {
        throw e;
      }
    } finally {
      leave();
    }
  }

  /** Reads the rows of whole entries; empty when the shard is not here. */
  Optional<RowPage> rows(long from, int maxBytes) {
    if (!enter()) {
      return Optional.empty();
    }
    try (RocksIterator rows = db.iterator(handle)) {
      List<StoredRow> page = new ArrayList<>();
      long next = from;
      long bytes = 0;
      LogPosition entry = LogPosition.NONE;
      for (rows.seek(key(from)); isValid(rows); rows.next()) {
        byte[] value = rows.value();
        ShardRow row = ShardRow.decode(ByteBuffer.wrap(value));
        if (bytes >= maxBytes && !row.writtenBy().equals(entry)) {
          return Optional.of(new RowPage(page, next, false));
        }
        page.add(new StoredRow(position(rows), ByteBuffer.wrap(value)));
        bytes += value.length;
        next = position(rows) + row.positions();
        entry = row.writtenBy();
      }
      return Optional.of(new RowPage(page, next, true));
    } finally {
      leave();
    }
  }

  /**
   * Checks that rows of another member continue those that are here: a replica that differs must
   * not take a state row that says otherwise of the rows before it. What is here already, and what
   * follows a gap, cannot be compared.
   *
   * @throws dev.millrace.core.apply.ReplicasDifferException if they do not
   */
  void follow(List<StoredRow> rows) {
    ShardState last = taken;
    for (StoredRow stored : rows) {
      if (last != null && stored.position() < last.nextPosition()) {
        continue;
      }
      ShardRow row = ShardRow.decode(stored.bytes());
      if (last != null && stored.position() == last.nextPosition()) {
        last = last.after(row, stored.bytes());
      } else {
        last = row instanceof ShardRow.State whole ? whole.state() : null;
      }
    }
    // Not before all of them fit: those that do not are not stored, and another member is asked.
    taken = last;
  }

  /** Reads the state from the rows again, after others than the applying thread have written. */
  void reload() {
    ShardState found = restore().orElse(null);
    state = found;
    taken = found;
    durableHorizon = found == null ? 0 : found.trimPosition();
  }

  /** Adds every row's bytes under its name and position. */
  void dump(Map<String, String> out) {
    try (RocksIterator rows = db.iterator(handle)) {
      long horizon = state().map(ShardState::trimPosition).orElse(0L);
      for (seekToRowOf(rows, horizon); isValid(rows); rows.next()) {
        String key = name(shard) + "@" + position(rows);
        out.put(key, HexFormat.of().formatHex(rows.value()));
      }
    }
  }

  private static long arrivalMillis(ShardRow row) {
    return switch (row) {
      case ShardRow.Records records -> records.arrivalMillis();
      case ShardRow.State state -> state.state().lastArrivalMillis();
    };
  }

  /** Moves to the row that takes a position, or to the first after it. */
  private static void seekToRowOf(RocksIterator rows, long position) {
    rows.seekForPrev(key(position));
    if (!isValid(rows) || position(rows) + row(rows).positions() <= position) {
      rows.seek(key(position));
    }
  }

  private <T> Optional<T> whileOpen(Function<ShardState, T> read) {
    if (!enter()) {
      return Optional.empty();
    }
    try {
      return state().map(read);
    } finally {
      leave();
    }
  }

  private static boolean isValid(RocksIterator rows) {
    if (rows.isValid()) {
      return true;
    }
    try {
      // An iterator that met damage is "not valid" like one at the end: the status tells.
      rows.status();
    } catch (org.rocksdb.RocksDBException e) {
      throw new StorageException("cannot read a shard's rows", e);
    }
    return false;
  }

  private static long position(RocksIterator rows) {
    return ByteBuffer.wrap(rows.key()).getLong();
  }

  private static ShardRow row(RocksIterator rows) {
    return ShardRow.decode(ByteBuffer.wrap(rows.value()));
  }
}
