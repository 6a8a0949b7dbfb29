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
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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
  private final CatalogueFamily catalogue;
  private final Map<ShardRef, ShardFamily> families = new ConcurrentHashMap<>();
  private final Object flushing = new Object();
  private volatile LogPosition applied;
  private volatile LogPosition durable;

  /**
   * Opens or creates the store.
   *
   * @param folder RocksDB's own folder
   * @param halt called when RocksDB fails in the background
   * @throws StorageException when it does not open
   */
  public RocksShardStore(Path folder, StorageSettings settings, Halt halt) {
    db = new RocksFamilies(folder, settings, halt);
    catalogue = new CatalogueFamily(db);
    db.found()
        .forEach(
            (name, handle) -> {
              ShardRef shard = ShardFamily.parse(name);
              families.put(shard, new ShardFamily(db, shard, handle));
            });
    durable = catalogue.durable();
    applied = durable;
  }

  @Override
  public List<Outcome> apply(LogPosition at, List<Command> commands) {
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
    List<ShardFamily> dropped = new ArrayList<>();
    for (ShardWrite write : writes.values()) {
      write.publish();
      write.dropped().ifPresent(dropped::add);
    }
    drop(dropped);
    applied = at;
    return outcomes;
  }

  private void createMissing(List<Command> commands) {
    Set<ShardRef> missing = new LinkedHashSet<>();
    for (Command command : commands) {
      if (command instanceof OpenShard open && !families.containsKey(open.shard())) {
        missing.add(open.shard());
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    List<ColumnFamilyHandle> handles = db.create(missing.stream().map(ShardFamily::name).toList());
    Iterator<ColumnFamilyHandle> handle = handles.iterator();
    for (ShardRef shard : missing) {
      families.put(shard, new ShardFamily(db, shard, handle.next()));
    }
  }

  private void drop(List<ShardFamily> dropped) {
    if (dropped.isEmpty()) {
      return;
    }
    // A flush in another thread must not meet a handle that is closed under it.
    synchronized (flushing) {
      for (ShardFamily family : dropped) {
        families.remove(family.shard());
        family.retire();
      }
      db.drop(dropped.stream().map(ShardFamily::handle).toList());
    }
  }

  @Override
  public void skip(LogPosition at) {
    applied = at;
  }

  @Override
  public LogPosition applied() {
    return applied;
  }

  @Override
  public LogPosition durable() {
    return durable;
  }

  @Override
  public LogPosition flush() {
    synchronized (flushing) {
      LogPosition reached = applied;
      if (reached.equals(durable)) {
        return durable;
      }
      List<ColumnFamilyHandle> behind = new ArrayList<>();
      for (ShardFamily family : families.values()) {
        boolean dirty = family.state().map(s -> s.applied().compareTo(durable) > 0).orElse(false);
        if (dirty) {
          behind.add(family.handle());
        }
      }
      if (!behind.isEmpty()) {
        db.flush(behind);
      }
      catalogue.markDurable(reached);
      durable = reached;
      // Not before: a replay must find the rows that its trim horizon still covers.
      families.values().forEach(ShardFamily::deleteTrimmed);
      return reached;
    }
  }

  /** Flushes one shard's family alone, as RocksDB may do by itself whenever a buffer is full. */
  void flushFamily(ShardRef shard) {
    Optional.ofNullable(families.get(shard)).ifPresent(f -> db.flush(List.of(f.handle())));
  }

  /** Flushes the catalogue's family alone. */
  void flushCatalogue() {
    db.flush(List.of(db.defaultFamily()));
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
  public Optional<Stretch> read(ShardRef shard, long fromPosition, int maxRecords, long maxBytes) {
    return Optional.ofNullable(families.get(shard))
        .flatMap(family -> family.read(fromPosition, maxRecords, maxBytes));
  }

  @Override
  public Optional<Long> firstAtOrAfter(ShardRef shard, long arrivalMillis) {
    return Optional.ofNullable(families.get(shard))
        .flatMap(family -> family.firstAtOrAfter(arrivalMillis));
  }

  /** Closes without flushing: what was not flushed is replayed from the log. */
  @Override
  public void close() {
    synchronized (flushing) {
      families.values().forEach(ShardFamily::retire);
      db.close(families.values().stream().map(ShardFamily::handle).toList());
      families.clear();
    }
  }
}
