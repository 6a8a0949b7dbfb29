// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import dev.millrace.core.apply.CatalogueState;
import dev.millrace.core.command.Command.CatalogueCommand;
import dev.millrace.core.command.Command.ReplaceAccount;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.stream.AccountSettings;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.FormerStreams;
import dev.millrace.core.stream.StreamFormat;
import dev.millrace.core.stream.StreamName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * The streams and the account, in the default family: {@code s/NAME} holds an entry, {@code
 * account} the account's settings, {@code former} what is remembered of deleted streams, {@code
 * applied} the last entry of the log that changed one, {@code durable} how far every family was
 * flushed. Small, so all of it is in memory too. The applying thread owns it; {@link #streams} may
 * be called from any.
 */
final class CatalogueFamily {
  private static final int VERSION = 1;
  private static final String STREAM_PREFIX = "s/";
  private static final byte[] APPLIED = "applied".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ACCOUNT = "account".getBytes(StandardCharsets.UTF_8);
  private static final byte[] FORMER = "former".getBytes(StandardCharsets.UTF_8);
  private static final byte[] DURABLE = "durable".getBytes(StandardCharsets.UTF_8);

  private final RocksFamilies db;
  private final ColumnFamilyHandle handle;
  private volatile CatalogueState state;
  private volatile AccountSettings account;
  private LogPosition applied;

  CatalogueFamily(RocksFamilies db) {
    this.db = db;
    this.handle = db.defaultFamily();
    this.applied = readPosition(APPLIED);
    this.state = new CatalogueState(readStreams(), readFormer());
    this.account = readAccount();
  }

  SortedMap<StreamName, CatalogueEntry> streams() {
    return state.streams();
  }

  AccountSettings account() {
    return account;
  }

  /** Begins the catalogue's part of one log entry. */
  Write begin(LogPosition at, WriteBatch batch) {
    return new Write(at, batch);
  }

  /** The catalogue's part of one entry; skips all of it when the family has applied the entry. */
  final class Write {
    private final LogPosition at;
    private final WriteBatch batch;
    private final boolean repeated;
    private @Nullable CatalogueState next;
    private @Nullable AccountSettings nextAccount;

    private Write(LogPosition at, WriteBatch batch) {
      this.at = at;
      this.batch = batch;
      this.repeated = applied.covers(at);
    }

    Outcome apply(CatalogueCommand command) throws RocksDBException {
      if (repeated) {
        return new Outcome.Repeated();
      }
      CatalogueState before = next == null ? state : next;
      CatalogueState.CatalogueStep step = before.apply(command);
      next = step.state();
      batch.put(handle, APPLIED, encode(at));
      byte[] key = key(command.name());
      CatalogueEntry entry = next.streams().get(command.name());
      if (entry == null) {
        batch.delete(handle, key);
      } else {
        batch.put(handle, key, encode(entry));
      }
      if (!next.former().equals(before.former())) {
        batch.put(handle, FORMER, encode(next.former()));
      }
      return step.outcome();
    }

    Outcome apply(ReplaceAccount command) throws RocksDBException {
      if (repeated) {
        return new Outcome.Repeated();
      }
      FormatWriter out = new FormatWriter(64);
      StreamFormat.writeAccount(out, command.settings());
      batch.put(handle, ACCOUNT, out.toByteArray());
      batch.put(handle, APPLIED, encode(at));
      nextAccount = command.settings();
      return new Outcome.Done();
    }

    /** Makes the change visible; called when the batch has been written. */
    void publish() {
      if (next != null) {
        applied = at;
        state = next;
      }
      if (nextAccount != null) {
        applied = at;
        account = nextAccount;
      }
    }
  }

  /** The last entry that changed the catalogue or the account. */
  LogPosition applied() {
    return applied;
  }

  LogPosition durable() {
    return readPosition(DURABLE);
  }

  /** Writes down that every other family has been flushed up to a position, and flushes that. */
  void markDurable(LogPosition position) {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(handle, DURABLE, encode(position));
      db.write(batch);
    } catch (RocksDBException e) {
      throw new StorageException("cannot mark " + position + " as durable", e);
    }
    db.flush(handle);
  }

  private SortedMap<StreamName, CatalogueEntry> readStreams() {
    SortedMap<StreamName, CatalogueEntry> found = new TreeMap<>();
    byte[] prefix = STREAM_PREFIX.getBytes(StandardCharsets.UTF_8);
    try (RocksIterator rows = db.iterator(handle)) {
      for (rows.seek(prefix); rows.isValid(); rows.next()) {
        String key = new String(rows.key(), StandardCharsets.UTF_8);
        if (!key.startsWith(STREAM_PREFIX)) {
          break;
        }
        FormatReader in = new FormatReader("catalogue entry " + key, ByteBuffer.wrap(rows.value()));
        in.version(VERSION);
        long revision = in.i64();
        CatalogueEntry entry = new CatalogueEntry(StreamFormat.read(in), revision);
        in.end();
        found.put(entry.definition().name(), entry);
      }
      rows.status();
    } catch (RocksDBException e) {
      throw new StorageException("cannot read the stream catalogue", e);
    }
    return found;
  }

  private FormerStreams readFormer() {
    byte[] value = db.get(handle, FORMER);
    if (value == null) {
      return FormerStreams.NONE;
    }
    FormatReader in = new FormatReader("deleted streams", ByteBuffer.wrap(value));
    FormerStreams former = StreamFormat.readFormer(in);
    in.end();
    return former;
  }

  private AccountSettings readAccount() {
    byte[] value = db.get(handle, ACCOUNT);
    if (value == null) {
      return AccountSettings.NONE;
    }
    FormatReader in = new FormatReader("account settings", ByteBuffer.wrap(value));
    AccountSettings settings = StreamFormat.readAccount(in);
    in.end();
    return settings;
  }

  private LogPosition readPosition(byte[] key) {
    byte[] value = db.get(handle, key);
    if (value == null) {
      return LogPosition.NONE;
    }
    FormatReader in = new FormatReader("log position", ByteBuffer.wrap(value));
    in.version(VERSION);
    LogPosition position = new LogPosition(in.i64(), in.i64());
    in.end();
    return position;
  }

  private static byte[] encode(LogPosition position) {
    return new FormatWriter(17)
        .u8(VERSION)
        .i64(position.term())
        .i64(position.index())
        .toByteArray();
  }

  private static byte[] encode(CatalogueEntry entry) {
    FormatWriter out = new FormatWriter(1024).u8(VERSION).i64(entry.revision());
    StreamFormat.write(out, entry.definition());
    return out.toByteArray();
  }

  private static byte[] encode(FormerStreams former) {
    FormatWriter out = new FormatWriter(1024);
    StreamFormat.writeFormer(out, former);
    return out.toByteArray();
  }

  private static byte[] key(StreamName name) {
    return (STREAM_PREFIX + name.text()).getBytes(StandardCharsets.UTF_8);
  }
}
