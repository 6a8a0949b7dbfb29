package dev.millrace.replication;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.AppendRecords;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A store in memory that notes what the log hands it: every entry with the numbers of its commands
 * ({@link TestingCommands}). It checks that no entry is missing, can refuse one entry or a flush,
 * and keeps over a crash only what was flushed.
 */
final class TestingShardStore implements ShardStore {

  /** An applied entry; {@code numbers} of its commands, empty for one that was skipped. */
  record Entry(LogPosition at, List<Long> numbers) {}

  private final List<Entry> entries;
  private LogPosition durable;
  private long refusedIndex = -1;
  private boolean refusesFlush;
  private int unflushed;
  private int flushes;
  private LogPosition awaited = new LogPosition(0, Long.MAX_VALUE);
  private final CompletableFuture<Void> reached = new CompletableFuture<>();
  private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

  TestingShardStore() {
    this(List.of(), LogPosition.NONE);
  }

  private TestingShardStore(List<Entry> entries, LogPosition durable) {
    this.entries = new ArrayList<>(entries);
    this.durable = durable;
  }

  /** What a process finds that starts after this one was killed. */
  synchronized TestingShardStore crash() {
    return new TestingShardStore(
        entries.stream().filter(entry -> entry.at().compareTo(durable) <= 0).toList(), durable);
  }

  /** From now on the entry at this index does not apply. */
  synchronized void refuseIndex(long index) {
    refusedIndex = index;
  }

  /** From now on the disk refuses a flush. */
  synchronized void refuseFlush() {
    refusesFlush = true;
  }

  /** From now on a flush leaves out the last entries. */
  synchronized void flushWithout(int lastEntries) {
    unflushed = lastEntries;
  }

  /** From now on apply waits until the gate opens. */
  synchronized CompletableFuture<Void> closeGate() {
    gate = new CompletableFuture<>();
    return gate;
  }

  /** Entries that held commands. */
  synchronized List<Entry> entries() {
    return entries.stream().filter(entry -> !entry.numbers().isEmpty()).toList();
  }

  /** The numbers of all applied commands, in order. */
  synchronized List<Long> numbers() {
    return entries.stream().flatMap(entry -> entry.numbers().stream()).toList();
  }

  synchronized int flushes() {
    return flushes;
  }

  /** Completes when a flush covers this position. */
  synchronized CompletableFuture<Void> untilDurable(LogPosition at) {
    awaited = at;
    if (durable.compareTo(at) >= 0) {
      reached.complete(null);
    }
    return reached;
  }

  @Override
  public List<Outcome> apply(LogPosition at, List<Command> commands) {
    gate().join();
    synchronized (this) {
      if (at.index() == refusedIndex) {
        throw new IllegalStateException("planted: the store refuses " + at);
      }
      List<Long> numbers = commands.stream().map(TestingCommands::number).toList();
      note(new Entry(at, numbers));
      return commands.stream().map(TestingShardStore::outcome).toList();
    }
  }

  private synchronized CompletableFuture<Void> gate() {
    return gate;
  }

  private static Outcome outcome(Command command) {
    return command instanceof AppendRecords append
        ? new Outcome.Appended(append.records().count(), append.arrivalMillis())
        : new Outcome.Done();
  }

  @Override
  public synchronized void skip(LogPosition at) {
    note(new Entry(at, List.of()));
  }

  private void note(Entry entry) {
    long expected = applied().index() + 1;
    if (entry.at().index() != expected) {
      throw new IllegalStateException(
          "expected the entry at %d, found %s".formatted(expected, entry.at()));
    }
    entries.add(entry);
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
  public synchronized LogPosition flush() {
    if (refusesFlush) {
      throw new IllegalStateException("planted: the disk refuses the flush");
    }
    flushes++;
    int covered = entries.size() - unflushed;
    durable = covered > 0 ? entries.get(covered - 1).at() : durable;
    if (durable.compareTo(awaited) >= 0) {
      reached.complete(null);
    }
    return durable;
  }
}
