// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.apply.SessionWindows;
import dev.millrace.core.apply.ShardMachine;
import dev.millrace.core.apply.ShardRow;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogEntryFormat;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardReader;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ShardRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What one process has applied: the real state machine over rows in memory. What was not flushed to
 * the disk ends with the process. Shards are flushed one by one, so each has applied another entry.
 */
final class SimulatedStore implements ShardReader {
  private static final Comparator<ShardRef> ORDER = Comparator.comparing(ShardRef::shard);

  private final World world;
  private final SimulatedDisk disk;
  private final Map<ShardRef, StoredShard> shards = new TreeMap<>(ORDER);
  private LogPosition applied;

  /** A row and its bytes. */
  private record StoredBytes(ShardRow row, ByteBuffer bytes) {}

  private static final class StoredShard {
    private ShardState state;
    private final TreeMap<Long, StoredBytes> rows = new TreeMap<>();

    StoredShard(ShardState state) {
      this.state = state;
    }
  }

  /** The rows of all shards as of an entry, for a member that is behind. */
  record RowsTaken(LogPosition at, Map<ShardRef, SortedMap<Long, ByteBuffer>> rows) {}

  /** Restores the shards from what was flushed to the disk. */
  SimulatedStore(World world, SimulatedDisk disk) {
    this.world = world;
    this.disk = disk;
    this.applied = disk.flushed();
    disk.rows().forEach(this::takeRows);
    if (world.has(GroupBug.RESTART_FORGETS_SESSIONS)) {
      shards
          .values()
          .forEach(shard -> shard.state = PlantedState.with(shard.state, SessionWindows.NONE));
    }
  }

  LogPosition applied() {
    return applied;
  }

  List<ShardRef> held() {
    return List.copyOf(shards.keySet());
  }

  List<Outcome> apply(LogPosition at, ByteBuffer entry) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Command command : LogEntryFormat.decode(entry.duplicate())) {
      outcomes.add(apply(at, (Command.ShardCommand) command));
    }
    applied = at;
    return outcomes;
  }

  /** An entry without commands was applied. */
  void skip(LogPosition at) {
    applied = at;
  }

  private Outcome apply(LogPosition at, Command.ShardCommand command) {
    StoredShard shard = shards.get(command.shard());
    boolean skips = !world.has(GroupBug.RESTART_APPLIES_AGAIN);
    if (shard != null && skips && shard.state.applied().covers(at)) {
      return new Outcome.Repeated();
    }
    Optional<ShardState> before = Optional.ofNullable(shard).map(stored -> stored.state);
    ShardMachine.Step step =
        ShardMachine.apply(
            PlantedState.before(world, before, command),
            PlantedState.misread(world, disk.member(), command),
            at);
    if (step.row().isPresent()) {
      ShardMachine.PositionedRow row = step.row().get();
      ShardState after = PlantedState.after(world, before, step.state().orElseThrow());
      StoredShard stored = shards.computeIfAbsent(command.shard(), s -> new StoredShard(after));
      stored.state = after;
      stored.rows.put(row.position(), new StoredBytes(row.row(), row.bytes()));
    }
    return step.outcome();
  }

  /** Makes the rows of one shard durable. */
  void flush(ShardRef ref) {
    StoredShard shard = shards.get(ref);
    if (shard != null) {
      SortedMap<Long, ByteBuffer> before = disk.rows().getOrDefault(ref, new TreeMap<>());
      long from = before.isEmpty() ? 0 : before.lastKey() + 1;
      disk.flushed(ref, bytes(shard, from));
    }
  }

  /** Makes all rows durable. */
  void flushAll() {
    held().forEach(this::flush);
  }

  private static SortedMap<Long, ByteBuffer> bytes(StoredShard shard, long from) {
    SortedMap<Long, ByteBuffer> bytes = new TreeMap<>();
    shard.rows.tailMap(from).forEach((position, row) -> bytes.put(position, row.bytes()));
    return bytes;
  }

  RowsTaken rows() {
    Map<ShardRef, SortedMap<Long, ByteBuffer>> all = new TreeMap<>(ORDER);
    shards.forEach((ref, shard) -> all.put(ref, bytes(shard, 0)));
    return new RowsTaken(applied, all);
  }

  /** Takes over what another member has applied. */
  void take(RowsTaken rows) {
    rows.rows().forEach(this::takeRows);
    applied = rows.at();
    flushAll();
  }

  private void takeRows(ShardRef ref, SortedMap<Long, ByteBuffer> rows) {
    long next = state(ref).map(ShardState::nextPosition).orElse(0L);
    List<Map.Entry<Long, ByteBuffer>> taken = new ArrayList<>(rows.tailMap(next).entrySet());
    if (world.has(GroupBug.CATCH_UP_MISSES_A_ROW) && taken.size() > 1 && next > 0) {
      taken.removeFirst();
    }
    for (Map.Entry<Long, ByteBuffer> each : taken) {
      ByteBuffer bytes = each.getValue();
      ShardRow row = ShardRow.decode(bytes.duplicate());
      StoredShard shard = shards.get(ref);
      if (shard == null) {
        shard = new StoredShard(((ShardRow.State) row).state());
        shards.put(ref, shard);
      } else {
        shard.state = shard.state.after(row, bytes);
      }
      shard.rows.put(each.getKey(), new StoredBytes(row, bytes));
    }
  }

  @Override
  public Optional<ShardState> state(ShardRef ref) {
    return Optional.ofNullable(shards.get(ref)).map(shard -> shard.state);
  }

  @Override
  public Optional<Stretch> read(
      ShardRef ref,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      UnaryOperator<RecordBatch> decrypted) {
    return Optional.ofNullable(shards.get(ref))
        .map(
            shard ->
                read(
                    shard,
                    Math.max(fromPosition, shard.state.trimPosition()),
                    maxRecords,
                    decrypted));
  }

  private static Stretch read(
      StoredShard shard, long from, int maxRecords, UnaryOperator<RecordBatch> decrypted) {
    List<StoredRecord> records = new ArrayList<>();
    long next = from;
    Long floor = shard.rows.floorKey(from);
    for (Map.Entry<Long, StoredBytes> each :
        shard.rows.tailMap(floor == null ? 0L : floor).entrySet()) {
      long position = each.getKey();
      if (each.getValue().row() instanceof ShardRow.Records row) {
        for (RecordBatch.Entry record : decrypted.apply(row.records()).entries()) {
          if (records.size() == maxRecords) {
            return new Stretch(records, next, shard.state);
          }
          if (position >= from) {
            records.add(
                new StoredRecord(
                    position,
                    row.arrivalMillis(),
                    record.partitionKey(),
                    record.data(),
                    row.records().isEncrypted()));
          }
          position++;
          next = Math.max(next, position);
        }
      } else {
        next = Math.max(next, position + 1);
      }
    }
    return new Stretch(records, next, shard.state);
  }

  @Override
  public Optional<Long> firstAtOrAfter(ShardRef shard, long arrivalMillis) {
    return Optional.ofNullable(shards.get(shard))
        .map(
            stored ->
                stored.rows.entrySet().stream()
                    .filter(
                        each ->
                            each.getValue().row() instanceof ShardRow.Records row
                                && row.arrivalMillis() >= arrivalMillis)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(stored.state.nextPosition()));
  }

  /** The rows of a shard, decoded. */
  SortedMap<Long, ShardRow> decoded(ShardRef ref) {
    SortedMap<Long, ShardRow> decoded = new TreeMap<>();
    Optional.ofNullable(shards.get(ref))
        .ifPresent(shard -> shard.rows.forEach((at, row) -> decoded.put(at, row.row())));
    return decoded;
  }
}
