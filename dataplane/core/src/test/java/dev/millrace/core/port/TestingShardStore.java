// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.apply.CatalogueState;
import dev.millrace.core.apply.ShardMachine;
import dev.millrace.core.apply.ShardRow;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.CatalogueCommand;
import dev.millrace.core.command.Command.ReplaceAccount;
import dev.millrace.core.command.Command.ShardCommand;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * An in-memory store with the real state machine. Tests can inspect the entries that it applied;
 * after a crash, those that were flushed. It can be made to reject or delay entries and flushes.
 * Callable from any thread.
 */
public final class TestingShardStore implements ShardStore, ShardReader {

  /** An applied entry; without commands if it was skipped. */
  public record AppliedEntry(LogPosition at, List<Command> commands) {}

  private final List<AppliedEntry> entries = new ArrayList<>();
  private final Map<ShardRef, ShardState> states = new HashMap<>();
  private final Map<ShardRef, SortedMap<Long, ShardRow>> rows = new HashMap<>();

  /** Shards whose rows were taken over from a member that had applied the present entry. */
  private final Set<ShardRef> ahead = new HashSet<>();

  private CatalogueState catalogue = CatalogueState.EMPTY;
  private LogPosition durable = LogPosition.NONE;
  private long rejectedIndex = -1;
  private UnaryOperator<Command> fault = command -> command;
  private boolean rejectsFlush;
  private int unflushed;
  private int flushes;
  private long awaitedIndex = Long.MAX_VALUE;
  private final CompletableFuture<Void> reached = new CompletableFuture<>();
  private CompletableFuture<Void> applyGate = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> flushGate = CompletableFuture.completedFuture(null);

  /** The store that a new process opens after this one was killed. */
  public synchronized TestingShardStore crash() {
    TestingShardStore found = new TestingShardStore();
    found.fault = fault;
    for (AppliedEntry entry : entries) {
      if (durable.covers(entry.at())) {
        found.applyNow(entry.at(), entry.commands());
      }
    }
    found.durable = durable;
    return found;
  }

  /** From now on the entry at this index is rejected. */
  public synchronized void rejectIndex(long index) {
    rejectedIndex = index;
  }

  /** From now on, and after a crash, this replica applies other commands than were committed. */
  public synchronized void misapply(UnaryOperator<Command> as) {
    fault = as;
  }

  /** From now on a flush fails. */
  public synchronized void rejectFlush() {
    rejectsFlush = true;
  }

  /** From now on a flush omits the last entries. */
  public synchronized void flushWithout(int lastEntries) {
    unflushed = lastEntries;
  }

  /** From now on apply waits until the gate opens. */
  public synchronized CompletableFuture<Void> closeApplyGate() {
    applyGate = new CompletableFuture<>();
    return applyGate;
  }

  /** From now on a flush waits until the gate opens; entries are applied meanwhile. */
  public synchronized CompletableFuture<Void> closeFlushGate() {
    flushGate = new CompletableFuture<>();
    return flushGate;
  }

  /** The entries that held commands. */
  public synchronized List<AppliedEntry> entries() {
    return entries.stream().filter(entry -> !entry.commands().isEmpty()).toList();
  }

  /** The number of completed flushes. */
  public synchronized int flushes() {
    return flushes;
  }

  /** Completes when a flush covers this position. */
  public synchronized CompletableFuture<Void> untilDurable(LogPosition at) {
    awaitedIndex = at.index();
    if (durable.index() >= awaitedIndex) {
      reached.complete(null);
    }
    return reached;
  }

  @Override
  public List<Outcome> apply(LogPosition at, List<Command> commands) {
    applyGate().join();
    return applyNow(at, commands);
  }

  private synchronized CompletableFuture<Void> applyGate() {
    return applyGate;
  }

  private synchronized List<Outcome> applyNow(LogPosition at, List<Command> commands) {
    if (at.index() == rejectedIndex) {
      throw new IllegalStateException("planted: the store rejects " + at);
    }
    if (!isNext(at)) {
      return commands.stream().map(command -> (Outcome) new Outcome.Repeated()).toList();
    }
    ahead.clear();
    states.forEach(
        (shard, state) -> {
          if (state.applied().index() >= at.index()) {
            ahead.add(shard);
          }
        });
    List<Outcome> outcomes =
        commands.stream().map(command -> outcome(fault.apply(command), at)).toList();
    entries.add(new AppliedEntry(at, List.copyOf(commands)));
    return outcomes;
  }

  @Override
  public synchronized void skip(LogPosition at) {
    if (isNext(at)) {
      entries.add(new AppliedEntry(at, List.of()));
    }
  }

  /** Whether an entry was not applied before; rejects one of another log, or after a gap. */
  private boolean isNext(LogPosition at) {
    LogPosition applied = applied();
    if (applied.covers(at)) {
      return !entries.get((int) at.index()).at().covers(at);
    }
    if (at.index() != applied.index() + 1) {
      throw new IllegalStateException(
          "expected the entry at %d, found %s".formatted(applied.index() + 1, at));
    }
    return true;
  }

  private Outcome outcome(Command command, LogPosition at) {
    return switch (command) {
      case CatalogueCommand change -> change(change);
      case ReplaceAccount account -> new Outcome.Done();
      case ShardCommand shard -> step(shard, at);
    };
  }

  private Outcome step(ShardCommand command, LogPosition at) {
    ShardRef shard = command.shard();
    if (ahead.contains(shard)) {
      return new Outcome.Repeated();
    }
    ShardMachine.Step step =
        ShardMachine.apply(Optional.ofNullable(states.get(shard)), command, at);
    step.row().ifPresent(row -> rowsOf(shard).put(row.position(), row.row()));
    if (step.state().isPresent()) {
      states.put(shard, step.state().get());
    } else {
      states.remove(shard);
      rows.remove(shard);
    }
    return step.outcome();
  }

  private SortedMap<Long, ShardRow> rowsOf(ShardRef shard) {
    return rows.computeIfAbsent(shard, ref -> new TreeMap<>());
  }

  private Outcome change(CatalogueCommand command) {
    CatalogueState.CatalogueStep step = catalogue.apply(command);
    catalogue = step.state();
    return step.outcome();
  }

  @Override
  public synchronized LogPosition applied() {
    return entries.isEmpty() ? LogPosition.NONE : entries.getLast().at();
  }

  @Override
  public synchronized LogPosition durable() {
    return durable;
  }

  @Override
  public LogPosition flush() {
    CompletableFuture<Void> gate;
    int covered;
    synchronized (this) {
      gate = flushGate;
      covered = entries.size() - unflushed;
    }
    gate.join();
    synchronized (this) {
      if (rejectsFlush) {
        throw new IllegalStateException("planted: the disk rejects the flush");
      }
      flushes++;
      durable = covered > 0 ? entries.get(covered - 1).at() : durable;
      if (durable.index() >= awaitedIndex) {
        reached.complete(null);
      }
      return durable;
    }
  }

  /** The streams by name; the map never changes. */
  public synchronized SortedMap<StreamName, CatalogueEntry> streams() {
    return catalogue.streams();
  }

  @Override
  public synchronized Optional<ShardState> state(ShardRef shard) {
    return Optional.ofNullable(states.get(shard));
  }

  @Override
  public synchronized Optional<Stretch> read(
      ShardRef shard,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      UnaryOperator<RecordBatch> decrypted) {
    return state(shard).map(state -> scan(state, fromPosition, maxRecords, maxBytes, decrypted));
  }

  private Stretch scan(
      ShardState state,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      UnaryOperator<RecordBatch> decrypted) {
    List<StoredRecord> records = new ArrayList<>();
    long bytes = 0;
    for (StoredRecord record : records(state, decrypted)) {
      if (record.position() < Math.max(fromPosition, state.trimPosition())) {
        continue;
      }
      bytes += record.partitionKey().remaining() + record.data().remaining();
      if (!records.isEmpty() && (records.size() == maxRecords || bytes > maxBytes)) {
        return new Stretch(records, record.position(), state);
      }
      records.add(record);
    }
    return new Stretch(records, Math.max(fromPosition, state.nextPosition()), state);
  }

  private List<StoredRecord> records(ShardState state, UnaryOperator<RecordBatch> decrypted) {
    List<StoredRecord> records = new ArrayList<>();
    rowsOf(state.shard())
        .forEach(
            (first, row) -> {
              if (row instanceof ShardRow.Records batch) {
                long position = first;
                for (RecordBatch.Entry entry : decrypted.apply(batch.records()).entries()) {
                  records.add(
                      new StoredRecord(
                          position++,
                          batch.arrivalMillis(),
                          entry.partitionKey(),
                          entry.data(),
                          batch.records().isEncrypted()));
                }
              }
            });
    return records;
  }

  @Override
  public synchronized Optional<Long> firstAtOrAfter(ShardRef shard, long arrivalMillis) {
    return state(shard)
        .map(
            state ->
                records(state, UnaryOperator.identity()).stream()
                    .filter(record -> record.position() >= state.trimPosition())
                    .filter(record -> record.arrivalMillis() >= arrivalMillis)
                    .map(StoredRecord::position)
                    .findFirst()
                    .orElse(state.nextPosition()));
  }

  @Override
  public synchronized AppliedShards appliedShards() {
    return new AppliedShards(applied(), List.copyOf(states.keySet()));
  }

  @Override
  public synchronized Optional<RowPage> rows(ShardRef shard, long from, int maxBytes) {
    if (!states.containsKey(shard)) {
      return Optional.empty();
    }
    List<StoredRow> page = new ArrayList<>();
    long next = from;
    long bytes = 0;
    LogPosition entry = LogPosition.NONE;
    for (Map.Entry<Long, ShardRow> row : rowsOf(shard).tailMap(from).entrySet()) {
      if (bytes >= maxBytes && !row.getValue().writtenBy().equals(entry)) {
        return Optional.of(new RowPage(page, next, false));
      }
      byte[] encoded = row.getValue().encode();
      page.add(new StoredRow(row.getKey(), ByteBuffer.wrap(encoded)));
      bytes += encoded.length;
      next = row.getKey() + row.getValue().positions();
      entry = row.getValue().writtenBy();
    }
    return Optional.of(new RowPage(page, next, true));
  }

  @Override
  public synchronized long nextRow(ShardRef shard) {
    return state(shard).map(ShardState::nextPosition).orElse(0L);
  }

  @Override
  public synchronized void takeRows(ShardRef shard, List<StoredRow> taken) {
    taken.forEach(
        row -> rowsOf(shard).put(row.position(), ShardRow.decode(row.bytes().duplicate())));
  }

  /** The entries themselves are not in the rows: those that were taken over have no commands. */
  @Override
  public synchronized void tookAll(LogPosition at, Set<ShardRef> shards) {
    rows.keySet().retainAll(shards);
    states.clear();
    rows.forEach(
        (shard, of) -> {
          ShardState state = null;
          for (ShardRow row : of.values()) {
            state =
                state == null
                    ? ((ShardRow.State) row).state()
                    : state.after(row, ByteBuffer.wrap(row.encode()));
          }
          states.put(shard, Objects.requireNonNull(state));
        });
    for (long index = applied().index() + 1; index < at.index(); index++) {
      entries.add(
          new AppliedEntry(new LogPosition(Math.max(0, applied().term()), index), List.of()));
    }
    if (applied().index() < at.index()) {
      entries.add(new AppliedEntry(at, List.of()));
    }
    durable = at;
  }

  /** Every row of every shard as text: two stores that dump alike hold the same. */
  public synchronized SortedMap<String, String> dump() {
    SortedMap<String, String> dump = new TreeMap<>();
    rows.forEach(
        (shard, of) ->
            of.forEach(
                (position, row) ->
                    dump.put(shard + "@" + position, HexFormat.of().formatHex(row.encode()))));
    return dump;
  }
}
