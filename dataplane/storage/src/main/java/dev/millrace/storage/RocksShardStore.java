// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.CatalogueCommand;
import dev.millrace.core.command.Command.OpenShard;
import dev.millrace.core.command.Command.ReplaceAccount;
import dev.millrace.core.command.Command.ShardCommand;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardReader;
import dev.millrace.core.port.ShardStore;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.AccountSettings;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The applied state of one Raft group in one RocksDB.
 *
 * <p>An entry becomes one write batch. Every family's part of it carries the entry's position, so a
 * family that was flushed further than another skips what it has when the log is replayed, and
 * families can be flushed one by one. Nothing is durable until {@link #flush}; what a crash takes
 * from the write buffers, the log gives back.
 */
public final class RocksShardStore implements ShardStore, ShardReader, AutoCloseable {
  private final RocksFamilies db;

  /** Memory that is this store's alone. */
  private final Optional<StoreMemory> own;

  private final CatalogueFamily catalogue;
  private final Map<ShardRef, ShardFamily> families = new ConcurrentHashMap<>();
  private final Set<ShardFamily> dropped = ConcurrentHashMap.newKeySet();
  private volatile LogContinuity log;
  private final Object flushing = new Object();
  private volatile LogPosition durable;
  private volatile boolean closing;

  /**
   * Opens or creates the store.
   *
   * @param folder RocksDB's own folder
   * @param memory shared with the other stores of the process
   * @param halt called when RocksDB fails in the background
   * @throws StorageException when it does not open
   */
  public RocksShardStore(Path folder, StoreMemory memory, Halt halt) {
    this(folder, memory, Optional.empty(), halt, List.of());
  }

  /** Opens or creates a store with memory of its own. */
  public RocksShardStore(Path folder, StorageSettings settings, Halt halt) {
    this(folder, settings, halt, List.of());
  }

  /**
   * The same, with listeners of RocksDB's events, by which a test holds a flush.
   *
   * @param listeners closed with the store
   */
  RocksShardStore(
      Path folder, StorageSettings settings, Halt halt, List<AbstractEventListener> listeners) {
    StoreMemory memory = new StoreMemory(folder.resolveSibling("native"), settings);
    this(folder, memory, Optional.of(memory), halt, listeners);
  }

  private RocksShardStore(
      Path folder,
      StoreMemory memory,
      Optional<StoreMemory> own,
      Halt halt,
      List<AbstractEventListener> listeners) {
    this.own = own;
    try {
      db = new RocksFamilies(folder, memory, halt, listeners);
    } catch (StorageException e) {
      own.ifPresent(StoreMemory::close);
      throw e;
    }
    catalogue = new CatalogueFamily(db);
    db.found()
        .forEach(
            (name, handle) -> {
              ShardRef shard = ShardFamily.parse(name);
              families.put(shard, new ShardFamily(db, shard, handle));
            });
    durable = catalogue.durable();
    log = continuity();
  }

  private LogContinuity continuity() {
    List<LogPosition> found = new ArrayList<>(List.of(catalogue.applied()));
    families.values().forEach(f -> f.state().map(ShardState::applied).ifPresent(found::add));
    try {
      return new LogContinuity(durable, found);
    } catch (IllegalStateException e) {
      close();
      throw new StorageException("the shards in the store are not from one log", e);
    }
  }

  @Override
  public List<Outcome> apply(LogPosition at, List<Command> commands) {
    log.check(at);
    createMissing(commands);
    Map<ShardRef, ShardWrite> writes = new LinkedHashMap<>();
    List<Outcome> outcomes = new ArrayList<>(commands.size());
    try (WriteBatch batch = new WriteBatch()) {
      CatalogueFamily.Write catalogueWrite = catalogue.begin(at, batch);
      for (Command command : commands) {
        outcomes.add(
            switch (command) {
              case CatalogueCommand change -> catalogueWrite.apply(change);
              case ReplaceAccount account -> catalogueWrite.apply(account);
              case ShardCommand shard ->
                  writes
                      .computeIfAbsent(
                          shard.shard(),
                          ref -> new ShardWrite(Optional.ofNullable(families.get(ref)), at, batch))
                      .apply(shard);
            });
      }
      db.write(batch);
      catalogueWrite.publish();
    } catch (RocksDBException e) {
      throw new StorageException("cannot apply the entry at " + at, e);
    }
    List<ShardFamily> toDrop = new ArrayList<>();
    for (ShardWrite write : writes.values()) {
      write.publish();
      write.dropped().ifPresent(toDrop::add);
    }
    drop(toDrop);
    log.advance(at);
    return outcomes;
  }

  private void createMissing(List<Command> commands) {
    Set<ShardRef> missing = new LinkedHashSet<>();
    for (Command command : commands) {
      if (command instanceof OpenShard open && !families.containsKey(open.shard())) {
        missing.add(open.shard());
      }
    }
    create(missing);
  }

  private void create(Set<ShardRef> missing) {
    if (missing.isEmpty()) {
      return;
    }
    List<ColumnFamilyHandle> handles = db.create(missing.stream().map(ShardFamily::name).toList());
    Iterator<ColumnFamilyHandle> handle = handles.iterator();
    for (ShardRef shard : missing) {
      families.put(shard, new ShardFamily(db, shard, handle.next()));
    }
  }

  /** Waits for no reader and no flush: whoever uses a family last closes its handle. */
  private void drop(List<ShardFamily> toDrop) {
    if (toDrop.isEmpty()) {
      return;
    }
    for (ShardFamily family : toDrop) {
      families.remove(family.shard());
      family.admitNobody();
      dropped.add(family);
    }
    db.drop(toDrop.stream().map(ShardFamily::handle).toList());
    toDrop.forEach(ShardFamily::closeWhenUnused);
    dropped.removeIf(ShardFamily::isClosed);
  }

  @Override
  public void skip(LogPosition at) {
    log.check(at);
    log.advance(at);
  }

  @Override
  public LogPosition applied() {
    return log.applied();
  }

  @Override
  public LogPosition durable() {
    return durable;
  }

  @Override
  public LogPosition flush() {
    synchronized (flushing) {
      // Read before any family is looked at: what was applied until now is in what is flushed.
      LogPosition reached = log.applied();
      if (closing || reached.equals(durable)) {
        return durable;
      }
      try {
        families.values().forEach(family -> family.flush(durable));
        catalogue.markDurable(reached);
        durable = reached;
        families.values().forEach(ShardFamily::deleteTrimmed);
      } catch (StorageException e) {
        if (!closing) {
          throw e;
        }
      }
      return durable;
    }
  }

  @Override
  public AppliedShards appliedShards() {
    LogPosition at = log.applied();
    return new AppliedShards(at, List.copyOf(families.keySet()));
  }

  @Override
  public Optional<RowPage> rows(ShardRef shard, long from, int maxBytes) {
    return Optional.ofNullable(families.get(shard)).flatMap(family -> family.rows(from, maxBytes));
  }

  @Override
  public long nextRow(ShardRef shard) {
    return state(shard).map(ShardState::nextPosition).orElse(0L);
  }

  @Override
  public void takeRows(ShardRef shard, List<StoredRow> rows) {
    if (!families.containsKey(shard)) {
      create(Set.of(shard));
    }
    ShardFamily family = Objects.requireNonNull(families.get(shard));
    family.follow(rows);
    try (WriteBatch batch = new WriteBatch()) {
      for (StoredRow row : rows) {
        byte[] bytes = new byte[row.bytes().remaining()];
        row.bytes().duplicate().get(bytes);
        batch.put(family.handle(), ShardFamily.key(row.position()), bytes);
      }
      db.write(batch);
    } catch (RocksDBException e) {
      throw new StorageException("cannot store rows of shard " + shard, e);
    }
  }

  @Override
  public void tookAll(LogPosition at, Set<ShardRef> shards) {
    if (!catalogue.applied().equals(LogPosition.NONE)) {
      throw new StorageException(
          "the catalogue of streams in this store is not among the rows of shards");
    }
    drop(families.values().stream().filter(family -> !shards.contains(family.shard())).toList());
    synchronized (flushing) {
      for (ShardFamily family : families.values()) {
        family.reload();
        db.flush(family.handle());
      }
      catalogue.markDurable(at);
      durable = at;
      log = continuity();
    }
  }

  /** Flushes one shard's family alone, as RocksDB may do by itself whenever a buffer is full. */
  void flushFamily(ShardRef shard) {
    Optional.ofNullable(families.get(shard)).ifPresent(f -> db.flush(f.handle()));
  }

  /** Flushes the catalogue's family alone. */
  void flushCatalogue() {
    db.flush(db.defaultFamily());
  }

  /**
   * Every row of every shard, and the streams, as text: two stores that dump alike hold the same.
   */
  SortedMap<String, String> dump() {
    SortedMap<String, String> rows = new TreeMap<>();
    families.values().forEach(family -> family.dump(rows));
    streams().forEach((name, entry) -> rows.put("stream/" + name, entry.toString()));
    return rows;
  }

  /** The streams by name, as of the last applied entry; the map never changes. */
  public SortedMap<StreamName, CatalogueEntry> streams() {
    return catalogue.streams();
  }

  /** The shards that are held. Callable from any thread. */
  public Set<ShardRef> shards() {
    return Set.copyOf(families.keySet());
  }

  /** The account's settings as of the last applied entry. Callable from any thread. */
  public AccountSettings account() {
    return catalogue.account();
  }

  @Override
  public Optional<ShardState> state(ShardRef shard) {
    return Optional.ofNullable(families.get(shard)).flatMap(ShardFamily::state);
  }

  @Override
  public Optional<Stretch> read(
      ShardRef shard,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      UnaryOperator<RecordBatch> decrypted) {
    return Optional.ofNullable(families.get(shard))
        .flatMap(family -> family.read(fromPosition, maxRecords, maxBytes, decrypted));
  }

  @Override
  public Optional<Long> firstAtOrAfter(ShardRef shard, long arrivalMillis) {
    return Optional.ofNullable(families.get(shard))
        .flatMap(family -> family.firstAtOrAfter(arrivalMillis));
  }

  /**
   * Closes without flushing: what was not flushed is replayed from the log. A flush that is running
   * is cancelled; then {@link #flush} returns what was durable before it.
   */
  @Override
  public void close() {
    closing = true;
    db.cancelBackgroundWork();
    synchronized (flushing) {
      List<ShardFamily> open = new ArrayList<>(families.values());
      families.clear();
      open.forEach(ShardFamily::admitNobody);
      open.forEach(ShardFamily::closeWhenUnused);
      open.addAll(dropped);
      open.forEach(ShardFamily::awaitClosed);
      db.close();
    }
    own.ifPresent(StoreMemory::close);
  }
}
