// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader;

import dev.millrace.core.apply.CatalogueState;
import dev.millrace.core.apply.ShardMachine;
import dev.millrace.core.apply.ShardRow;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.ShardReader;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * The real state machine of shards and catalogue behind an in-memory log. A test can stop the log
 * after any number of commands: it then rejects further commands, like a process that has ended.
 */
public final class TestingShards implements ShardLog {
  private final Map<ShardRef, ShardState> states = new HashMap<>();
  private final Map<ShardRef, SortedMap<Long, byte[]>> rows = new HashMap<>();
  private final Map<ShardRef, SortedMap<Long, byte[]>> deleted = new HashMap<>();
  private final Map<Class<?>, Integer> outcomes = new HashMap<>();
  private CatalogueState catalogue = CatalogueState.EMPTY;
  private final List<Command> applied = new ArrayList<>();
  private boolean leads = true;
  private int commandsLeft = Integer.MAX_VALUE;

  public SortedMap<StreamName, CatalogueEntry> streams() {
    return catalogue.streams();
  }

  public Optional<ShardState> state(ShardRef shard) {
    return Optional.ofNullable(states.get(shard));
  }

  /** Data of the records of a shard, in order, including trimmed ones. */
  public List<String> records(ShardRef shard) {
    return List.copyOf(positions(shard).values());
  }

  /** Data of the records of a shard by their positions, including trimmed ones. */
  public SortedMap<Long, String> positions(ShardRef shard) {
    SortedMap<Long, String> records = new TreeMap<>();
    rows(shard)
        .forEach(
            (first, row) -> {
              if (row instanceof ShardRow.Records batch) {
                long position = first;
                for (RecordBatch.Entry entry : batch.records().entries()) {
                  records.put(
                      position++,
                      StandardCharsets.UTF_8.decode(entry.data().duplicate()).toString());
                }
              }
            });
    return records;
  }

  /** The proposed commands, in order. */
  public List<Command> proposed() {
    return List.copyOf(applied);
  }

  /** Seals a shard, as the first step of a reshard. */
  public void seal(ShardRef shard, long nowMillis) {
    propose(new Command.SealShard(shard, nowMillis / 1000));
  }

  /** Reads only states; records are returned by {@link #records}. */
  public ShardReader reader() {
    return new ShardReader() {
      @Override
      public Optional<ShardState> state(ShardRef shard) {
        return TestingShards.this.state(shard);
      }

      @Override
      public Optional<Stretch> read(
          ShardRef shard,
          long from,
          int maxRecords,
          long maxBytes,
          UnaryOperator<RecordBatch> decrypted) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Optional<Long> firstAtOrAfter(ShardRef shard, long arrivalMillis) {
        throw new UnsupportedOperationException();
      }
    };
  }

  /** How often a command had this outcome. */
  public int count(Class<? extends Outcome> outcome) {
    return outcomes.getOrDefault(outcome, 0);
  }

  public List<ShardRef> held() {
    return List.copyOf(states.keySet());
  }

  /** Accepts this number of commands, then none. */
  public void stopAfter(int commands) {
    commandsLeft = commands;
  }

  public boolean isStopped() {
    return commandsLeft <= 0;
  }

  /** Fails like a log whose process does not lead any more. */
  @Override
  public CompletionStage<Void> confirm() {
    return leads
        ? CompletableFuture.completedStage(null)
        : CompletableFuture.failedStage(
            new LogRefusedException(Reason.NOT_LEADER, "deposed", null));
  }

  @Override
  public boolean leads() {
    return leads;
  }

  /** From now on another process leads. */
  public void depose() {
    leads = false;
  }

  @Override
  public CompletionStage<Outcome> propose(Command command) {
    if (!leads || commandsLeft-- <= 0) {
      return CompletableFuture.failedStage(
          new LogRefusedException(Reason.NOT_LEADER, "stopped", null));
    }
    applied.add(command);
    LogPosition at = new LogPosition(1, applied.size());
    return CompletableFuture.completedStage(
        switch (command) {
          case Command.CatalogueCommand change -> apply(change);
          case Command.ReplaceAccount account -> new Outcome.Done();
          case Command.ShardCommand shard -> apply(shard, at);
        });
  }

  private Outcome apply(Command.ShardCommand command, LogPosition at) {
    ShardRef shard = command.shard();
    ShardMachine.Step step =
        ShardMachine.apply(Optional.ofNullable(states.get(shard)), command, at);
    outcomes.merge(step.outcome().getClass(), 1, Integer::sum);
    if (step.state().isPresent()) {
      states.put(shard, step.state().get());
    } else {
      states.remove(shard);
      rows.remove(shard);
    }
    step.row()
        .ifPresent(
            placed ->
                rows.computeIfAbsent(shard, ref -> new TreeMap<>())
                    .put(placed.position(), placed.bytes().array()));
    step.state().ifPresent(this::deleteTrimmed);
    return step.outcome();
  }

  /** Rows below the trim horizon are gone after a restart. */
  private void deleteTrimmed(ShardState state) {
    SortedMap<Long, byte[]> kept = rows.getOrDefault(state.shard(), new TreeMap<>());
    SortedMap<Long, byte[]> below = kept.headMap(state.trimPosition());
    if (!below.isEmpty()) {
      // A row that reaches beyond the horizon is kept, as in a file.
      SortedMap<Long, byte[]> gone = new TreeMap<>(below.headMap(below.lastKey()));
      deleted.computeIfAbsent(state.shard(), ref -> new TreeMap<>()).putAll(gone);
      kept.keySet().removeAll(gone.keySet());
    }
  }

  /** Trims a shard up to a position. */
  public void trim(ShardRef shard, long position) {
    propose(new Command.TrimShard(shard, position));
  }

  /** Discards all but the rows, as a restart does, and restores the states from them. */
  public void restart() {
    states.replaceAll((shard, state) -> restored(Objects.requireNonNull(rows.get(shard))));
  }

  private SortedMap<Long, ShardRow> rows(ShardRef shard) {
    SortedMap<Long, ShardRow> decoded = new TreeMap<>();
    SortedMap<Long, byte[]> all = new TreeMap<>(deleted.getOrDefault(shard, new TreeMap<>()));
    all.putAll(rows.getOrDefault(shard, new TreeMap<>()));
    all.forEach((at, bytes) -> decoded.put(at, ShardRow.decode(ByteBuffer.wrap(bytes))));
    return decoded;
  }

  private static ShardState restored(SortedMap<Long, byte[]> rows) {
    long newest = ShardRow.decode(ByteBuffer.wrap(rows.lastEntry().getValue())).stateRow();
    byte[] stateRow = Objects.requireNonNull(rows.get(newest));
    ShardState state = ((ShardRow.State) ShardRow.decode(ByteBuffer.wrap(stateRow))).state();
    for (byte[] row : rows.tailMap(newest + 1).values()) {
      ByteBuffer bytes = ByteBuffer.wrap(row);
      state = state.after(ShardRow.decode(bytes), bytes);
    }
    return state;
  }

  private Outcome apply(Command.CatalogueCommand command) {
    CatalogueState.CatalogueStep step = catalogue.apply(command);
    catalogue = step.state();
    return step.outcome();
  }
}
