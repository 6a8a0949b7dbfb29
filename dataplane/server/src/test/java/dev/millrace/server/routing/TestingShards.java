package dev.millrace.server.routing;

import dev.millrace.core.apply.ShardMachine;
import dev.millrace.core.apply.ShardRow;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The real machine of shards and a catalogue behind a log that is nothing but memory, and that a
 * test stops after any number of commands: what comes then is refused, as by a process that ended.
 */
final class TestingShards implements ShardLog {
  private final Map<ShardRef, ShardState> states = new HashMap<>();
  private final Map<ShardRef, List<String>> records = new HashMap<>();
  private final SortedMap<StreamName, CatalogueEntry> streams = new TreeMap<>();
  private final List<Command> applied = new ArrayList<>();
  private int commandsLeft = Integer.MAX_VALUE;

  SortedMap<StreamName, CatalogueEntry> streams() {
    return new TreeMap<>(streams);
  }

  Optional<ShardState> state(ShardRef shard) {
    return Optional.ofNullable(states.get(shard));
  }

  /** Data of the records of a shard, in order. */
  List<String> records(ShardRef shard) {
    return records.getOrDefault(shard, List.of());
  }

  List<ShardRef> held() {
    return List.copyOf(states.keySet());
  }

  /** Lets so many commands through, then none. */
  void stopAfter(int commands) {
    commandsLeft = commands;
  }

  boolean isStopped() {
    return commandsLeft <= 0;
  }

  @Override
  public CompletionStage<Outcome> propose(Command command) {
    if (commandsLeft-- <= 0) {
      return CompletableFuture.failedStage(
          new LogRefusedException(Reason.NOT_LEADER, "stopped", null));
    }
    applied.add(command);
    LogPosition at = new LogPosition(1, applied.size());
    return CompletableFuture.completedStage(
        switch (command) {
          case Command.ReplaceStream replace -> replace(replace);
          case Command.ReplaceAccount account -> new Outcome.Done();
          case Command.ShardCommand shard -> apply(shard, at);
        });
  }

  private Outcome apply(Command.ShardCommand command, LogPosition at) {
    ShardMachine.Step step =
        ShardMachine.apply(Optional.ofNullable(states.get(command.shard())), command, at);
    if (step.state().isPresent()) {
      states.put(command.shard(), step.state().get());
    } else {
      states.remove(command.shard());
      records.remove(command.shard());
    }
    if (step.row().isPresent() && step.row().get() instanceof ShardRow.Records row) {
      row.records()
          .entries()
          .forEach(
              entry ->
                  records
                      .computeIfAbsent(command.shard(), ref -> new ArrayList<>())
                      .add(StandardCharsets.UTF_8.decode(entry.data().duplicate()).toString()));
    }
    return step.outcome();
  }

  private Outcome replace(Command.ReplaceStream command) {
    CatalogueEntry found = streams.get(command.name());
    long revision = found == null ? 0 : found.revision();
    if (revision != command.expectedRevision()) {
      return new Outcome.RevisionConflict(revision);
    }
    if (command.definition().isPresent()) {
      streams.put(command.name(), new CatalogueEntry(command.definition().get(), revision + 1));
    } else {
      streams.remove(command.name());
    }
    return new Outcome.Replaced(revision + 1);
  }
}
