// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.apply.AppendedBatch;
import dev.millrace.core.apply.BatchStatus;
import dev.millrace.core.apply.SessionWindow;
import dev.millrace.core.apply.SessionWindows;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.DataKeyNeededException;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.ShardReader;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.port.ShardReader.Stretch;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardRef;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Serves the shards of this process as their leader. */
public final class LocalLeader implements ShardLeader {
  /** A state row is written after rows of this total size, which bounds what a restart reads. */
  private static final long STATE_ROW_EVERY_BYTES = 256 << 10;

  /**
   * How often one read is run again because a data key had to be fetched. Twice is enough unless
   * other readers have the cache forget the key in between.
   */
  private static final int MOST_FETCHES = 4;

  /**
   * A batch on its way to the log.
   *
   * @param command has what is stored, which may be encrypted
   * @param readable the same records for the subscriptions of this process
   */
  private record ProposedBatch(Command.AppendRecords command, RecordBatch readable) {}

  private final ShardLog log;
  private final ShardReader reader;
  private final RecordCipher cipher;
  private final ReadPool reads;
  private final ShardTails tails;
  private final ShardLimits limits;
  private final InstantSource clock;
  private final LongSupplier sessionIds;
  private final ShardSubscriptions subscriptions = new ShardSubscriptions();

  /** Shards for which a state row is being written: at most one at a time. */
  private final Set<ShardRef> renewing = ConcurrentHashMap.newKeySet();

  /**
   * @param log commits commands
   * @param reader reads what was applied
   * @param cipher encrypts records before the log and decrypts them for readers
   * @param reads runs reads, since they block on the disk
   * @param tails recent records of shards with subscriptions
   * @param limits throughput limits of the shards
   * @param clock stamps arrivals
   * @param sessionIds generates session ids; two sessions with the same id would be given each
   *     other's answers
   */
  public LocalLeader(
      ShardLog log,
      ShardReader reader,
      RecordCipher cipher,
      ReadPool reads,
      ShardTails tails,
      ShardLimits limits,
      InstantSource clock,
      LongSupplier sessionIds) {
    this.log = log;
    this.reader = reader;
    this.cipher = cipher;
    this.reads = reads;
    this.tails = tails;
    this.limits = limits;
    this.clock = clock;
    this.sessionIds = sessionIds;
  }

  @Override
  public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
    long session = Math.max(1, sessionIds.getAsLong() & Long.MAX_VALUE);
    return log.propose(new Command.OpenSession(shard, session, SessionWindows.SESSIONS))
        .thenApply(
            outcome ->
                switch (outcome) {
                  case SessionOutcome answer -> answer;
                  case Outcome.Appended appended -> throw unexpected(shard, appended);
                  case Outcome.AppendedBefore before -> throw unexpected(shard, before);
                  case Outcome.OutsideWindow outside -> throw unexpected(shard, outside);
                  case Outcome.Done done -> throw unexpected(shard, done);
                  case Outcome.Replaced replaced -> throw unexpected(shard, replaced);
                  case Outcome.RevisionConflict conflict -> throw unexpected(shard, conflict);
                  case Outcome.Repeated repeated -> throw unexpected(shard, repeated);
                });
  }

  @Override
  public CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean retry, RecordBatch records) {
    return appendAll(List.of(new NumberedBatch(shard, number, retry, records))).getFirst();
  }

  /** What is to be done with a batch. */
  private sealed interface BatchDecision {
    /** Nothing: this is the answer. */
    record AnswerNow(AppendOutcome outcome) implements BatchDecision {}

    /** Nothing: it is refused. */
    record Reject(LogRefusedException refusal) implements BatchDecision {}

    /** It goes to the log. */
    record Propose(ProposedBatch batch) implements BatchDecision {}

    /** It goes to the log once it is encrypted. */
    record ProposeLater(CompletionStage<ProposedBatch> batch) implements BatchDecision {}
  }

  @Override
  public List<CompletionStage<AppendOutcome>> appendAll(List<NumberedBatch> batches) {
    List<BatchDecision> decisions = batches.stream().map(this::decide).toList();
    List<Command> commands = new ArrayList<>(decisions.size());
    for (BatchDecision decision : decisions) {
      if (decision instanceof BatchDecision.Propose(ProposedBatch batch)) {
        commands.add(batch.command());
      }
    }
    Iterator<CompletionStage<Outcome>> outcomes = log.proposeAll(commands).iterator();
    return decisions.stream()
        .map(
            decision ->
                switch (decision) {
                  case BatchDecision.AnswerNow(AppendOutcome outcome) ->
                      CompletableFuture.completedStage(outcome);
                  case BatchDecision.Reject(LogRefusedException refusal) ->
                      CompletableFuture.<AppendOutcome>failedStage(refusal);
                  case BatchDecision.Propose(ProposedBatch batch) ->
                      outcomes.next().thenApply(outcome -> appended(batch, outcome));
                  case BatchDecision.ProposeLater(CompletionStage<ProposedBatch> batch) ->
                      batch.thenCompose(this::propose);
                })
        .toList();
  }

  private CompletionStage<AppendOutcome> propose(ProposedBatch batch) {
    return log.propose(batch.command()).thenApply(outcome -> appended(batch, outcome));
  }

  private BatchDecision decide(NumberedBatch batch) {
    ShardRef shard = batch.shard();
    BatchNumber number = batch.number();
    RecordBatch records = batch.records();
    if (number.number() - number.settled() > SessionWindow.WIDTH) {
      return new BatchDecision.AnswerNow(new Outcome.OutsideWindow());
    }
    if (!records.isWellFormed()) {
      // If it were committed, the shard could never be read again.
      return new BatchDecision.Reject(
          new LogRefusedException(
              Reason.MALFORMED,
              "a batch for shard %s declares %d records, its %d bytes contain others"
                  .formatted(shard, records.count(), records.sizeBytes()),
              null));
    }
    Optional<AppendOutcome> before =
        batch.retry() ? earlierAnswer(shard, number) : Optional.empty();
    if (before.isPresent()) {
      return new BatchDecision.AnswerNow(before.get());
    }
    List<Integer> throttled = batch.retry() ? List.of() : throttled(shard, records);
    if (throttled.size() == records.count()) {
      return new BatchDecision.AnswerNow(new Outcome.Appended(0, 0, throttled));
    }
    RecordBatch admitted = throttled.isEmpty() ? records : admittedOnly(records, throttled);
    return switch (admitted.protection()) {
      case RecordProtection.Clear clear ->
          new BatchDecision.Propose(proposed(shard, number, throttled, admitted, admitted));
      case RecordProtection.Requested requested when !log.leads() ->
          // The member that leads needs the key, not this one.
          new BatchDecision.Reject(
              new LogRefusedException(
                  Reason.NOT_LEADER, "shard %s is not led here".formatted(shard), null));
      case RecordProtection.Requested requested ->
          encrypted(
              cipher
                  .encrypt(shard, admitted, requested)
                  .thenApply(encrypted -> proposed(shard, number, throttled, encrypted, admitted)));
      case RecordProtection.Encrypted encrypted ->
          new BatchDecision.Reject(
              new LogRefusedException(
                  Reason.MALFORMED,
                  "a batch for shard %s was encrypted by its writer".formatted(shard),
                  null));
    };
  }

  private ProposedBatch proposed(
      ShardRef shard,
      BatchNumber number,
      List<Integer> throttled,
      RecordBatch stored,
      RecordBatch readable) {
    return new ProposedBatch(
        new Command.AppendRecords(shard, clock.millis(), number, throttled, stored), readable);
  }

  /** What is encrypted at once shares an entry with the batches that came with it. */
  private static BatchDecision encrypted(CompletionStage<ProposedBatch> batch) {
    CompletableFuture<ProposedBatch> future = batch.toCompletableFuture();
    return future.state() == Future.State.SUCCESS
        ? new BatchDecision.Propose(future.resultNow())
        : new BatchDecision.ProposeLater(batch);
  }

  private AppendOutcome appended(ProposedBatch batch, Outcome outcome) {
    ShardRef shard = batch.command().shard();
    return switch (outcome) {
      case Outcome.Appended at -> {
        RecordBatch records = batch.readable();
        tails.appended(shard, at.firstPosition(), at.arrivalMillis(), records);
        subscriptions.appended(shard, at.firstPosition() + records.count() - 1, at.arrivalMillis());
        renewState(shard);
        yield at;
      }
      case Outcome.AppendedBefore(long position, long arrivalMillis, var left) ->
          new Outcome.Appended(position, arrivalMillis, left);
      case AppendOutcome answer -> answer;
      case Outcome.SessionOpened opened -> throw unexpected(shard, opened);
      case Outcome.Done done -> throw unexpected(shard, done);
      case Outcome.Replaced replaced -> throw unexpected(shard, replaced);
      case Outcome.RevisionConflict conflict -> throw unexpected(shard, conflict);
      case Outcome.Repeated repeated -> throw unexpected(shard, repeated);
    };
  }

  /**
   * The log returned an outcome that does not belong to the command, so what it applied is unknown.
   */
  private static LogRefusedException unexpected(ShardRef shard, Outcome outcome) {
    return new LogRefusedException(
        Reason.UNKNOWN_OUTCOME,
        "the log of shard %s returned the unexpected outcome %s".formatted(shard, outcome),
        null);
  }

  /**
   * Applied batches are final, so a retry is answered from the state without another log entry.
   * Only where this process leads: a follower may have applied what its leader has not, and whoever
   * reads there next must see what was acknowledged.
   */
  private Optional<AppendOutcome> earlierAnswer(ShardRef shard, BatchNumber number) {
    return reader
        .state(shard)
        .map(state -> state.windows().status(number))
        .flatMap(
            status ->
                status instanceof BatchStatus.Recorded(AppendedBatch batch)
                    ? Optional.of(
                        new Outcome.Appended(
                            batch.firstPosition(), batch.arrivalMillis(), batch.throttled()))
                    : Optional.<AppendOutcome>empty())
        // Asked after the state was read, which a follower may have applied since.
        .filter(answer -> log.leads());
  }

  /**
   * Writes a new state row if many rows follow the last one, and has the other replicas compare
   * that last one with theirs. If that fails, the next batch tries again.
   */
  private void renewState(ShardRef shard) {
    Optional<Command> due =
        reader
            .state(shard)
            .filter(state -> state.bytesSinceStateRow() >= STATE_ROW_EVERY_BYTES)
            .map(state -> new Command.RenewState(shard, Optional.of(state.newestStateRow())));
    if (due.isPresent() && renewing.add(shard)) {
      log.propose(due.get()).whenComplete((outcome, failure) -> renewing.remove(shard));
    }
  }

  private List<Integer> throttled(ShardRef shard, RecordBatch records) {
    if (limits == ShardLimits.NONE) {
      return List.of();
    }
    List<Integer> throttled = new ArrayList<>();
    List<RecordBatch.Entry> entries = records.entries();
    for (int i = 0; i < entries.size(); i++) {
      RecordBatch.Entry entry = entries.get(i);
      int bytes = entry.partitionKey().remaining() + entry.data().remaining();
      if (!limits.admitWrite(shard, bytes)) {
        throttled.add(i);
      }
    }
    return throttled;
  }

  private static RecordBatch admittedOnly(RecordBatch records, List<Integer> throttled) {
    RecordBatch.Builder admitted = new RecordBatch.Builder(records.sizeBytes());
    List<RecordBatch.Entry> entries = records.entries();
    int next = 0;
    for (int i = 0; i < entries.size(); i++) {
      if (next < throttled.size() && throttled.get(next) == i) {
        next++;
      } else {
        admitted.add(entries.get(i));
      }
    }
    return admitted.build().with(records.protection());
  }

  @Override
  public <T> CompletionStage<T> read(
      ShardRef shard,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      Function<ReadResult, T> then) {
    if (!limits.admitRead(shard)) {
      return CompletableFuture.completedStage(then.apply(new ReadResult.Throttled()));
    }
    Supplier<CompletionStage<T>> proven =
        () ->
            confirmed(
                () -> withKeys(() -> then.apply(read(shard, fromPosition, maxRecords, maxBytes))));
    if (mayReachTip(shard, fromPosition, maxRecords)) {
      return proven.get();
    }
    // What is read is final; only the end of it, which a leader may have passed on, needs proof.
    return withKeys(
            () ->
                Optional.of(read(shard, fromPosition, maxRecords, maxBytes))
                    .filter(found -> found instanceof ReadResult.RecordPage page && !page.atTip())
                    .map(then))
        .thenCompose(
            found ->
                found.<CompletionStage<T>>map(CompletableFuture::completedStage).orElseGet(proven));
  }

  /** Runs a read that may find records whose data key has to be fetched before it is run again. */
  private <T> CompletionStage<T> withKeys(Supplier<T> read) {
    return withKeys(read, MOST_FETCHES);
  }

  private <T> CompletionStage<T> withKeys(Supplier<T> read, int fetchesLeft) {
    return reads
        .run(read)
        .exceptionallyCompose(
            failure ->
                fetchesLeft > 0
                        && CompletionFailures.cause(failure) instanceof DataKeyNeededException need
                    ? cipher
                        .fetch(need.shard(), need.key())
                        .thenCompose(done -> withKeys(read, fetchesLeft - 1))
                    : CompletableFuture.failedStage(failure));
  }

  /** A guess that saves a second read: a trim or records may come in between. */
  private boolean mayReachTip(ShardRef shard, long fromPosition, int maxRecords) {
    return reader
        .state(shard)
        .map(
            state ->
                Math.max(fromPosition, state.trimPosition()) >= state.nextPosition() - maxRecords)
        .orElse(true);
  }

  /** Whoever is told that nothing follows has seen all that was acknowledged before they asked. */
  private <T> CompletionStage<T> confirmed(Supplier<CompletionStage<T>> answer) {
    return log.confirm().thenCompose(done -> answer.get());
  }

  private ReadResult read(ShardRef shard, long fromPosition, int maxRecords, long maxBytes) {
    Optional<Stretch> found =
        reader.read(shard, fromPosition, maxRecords, maxBytes, decrypted(shard));
    if (found.isEmpty()) {
      return new ReadResult.ShardMissing();
    }
    Stretch stretch = found.get();
    long bytes = 0;
    for (StoredRecord record : stretch.records()) {
      bytes += record.data().remaining() + record.partitionKey().remaining();
    }
    limits.read(shard, bytes);
    return records(stretch);
  }

  private UnaryOperator<RecordBatch> decrypted(ShardRef shard) {
    return batch -> cipher.decrypt(shard, batch);
  }

  private static ReadResult.RecordPage records(Stretch stretch) {
    return new ReadResult.RecordPage(
        stretch.records(),
        stretch.nextPosition(),
        stretch.state().nextPosition(),
        stretch.state().creationSecond());
  }

  @Override
  public CompletionStage<SubscribeOutcome> subscribe(
      ShardRef shard, ConsumerRef consumer, StartingPosition start) {
    return find(shard, start)
        .thenApply(
            position ->
                position
                    .map(at -> begin(shard, consumer, at))
                    .orElseGet(ReadResult.ShardMissing::new));
  }

  private SubscribeOutcome begin(ShardRef shard, ConsumerRef consumer, long position) {
    return subscriptions
        .begin(shard, consumer, clock.millis())
        .<SubscribeOutcome>map(
            id ->
                new SubscribeOutcome.Subscribed(new SubscriptionRef(shard, consumer, id), position))
        .orElseGet(SubscribeOutcome.TooSoon::new);
  }

  @Override
  public void unsubscribe(SubscriptionRef subscription, long position) {
    subscriptions.end(subscription, position);
  }

  /** How far consumers have read the shards of this process; at most {@code limit} elements. */
  public List<SubscriptionState> subscriptions(int limit) {
    return subscriptions.states(
        shard -> reader.state(shard).map(ShardState::nextPosition), clock.millis(), limit);
  }

  @Override
  public <T> CompletionStage<T> tail(
      SubscriptionRef subscription,
      long fromPosition,
      long maxBytes,
      long maxWaitMillis,
      Function<TailResult, T> then) {
    return confirmed(() -> tailNow(subscription, fromPosition, maxBytes, maxWaitMillis, then));
  }

  private <T> CompletionStage<T> tailNow(
      SubscriptionRef subscription,
      long fromPosition,
      long maxBytes,
      long maxWaitMillis,
      Function<TailResult, T> then) {
    ShardRef shard = subscription.shard();
    Optional<ShardState> state = reader.state(shard);
    if (state.isEmpty()) {
      return CompletableFuture.completedStage(then.apply(new ReadResult.ShardMissing()));
    }
    if (!subscriptions.reads(subscription, fromPosition)) {
      return CompletableFuture.completedStage(then.apply(new TailResult.SubscriptionReplaced()));
    }
    Optional<List<StoredRecord>> recent = tails.from(shard, fromPosition, maxBytes);
    if (recent.isPresent()) {
      long next = recent.get().getLast().position() + 1;
      ReadResult.RecordPage found =
          new ReadResult.RecordPage(
              recent.get(),
              next,
              Math.max(next, state.get().nextPosition()),
              state.get().creationSecond());
      subscriptions.sends(subscription, recent.get().getFirst().arrivalMillis());
      return reads.run(() -> then.apply(found));
    }
    if (fromPosition < state.get().nextPosition()) {
      return withKeys(() -> then.apply(readStore(subscription, fromPosition, maxBytes)));
    }
    return awaitRecords(subscription, fromPosition, maxBytes, maxWaitMillis, then);
  }

  private <T> CompletionStage<T> awaitRecords(
      SubscriptionRef subscription,
      long fromPosition,
      long maxBytes,
      long maxWaitMillis,
      Function<TailResult, T> then) {
    ShardRef shard = subscription.shard();
    CompletableFuture<Void> appended = tails.await(shard);
    // A record may have been appended between the check above and the registration.
    boolean available =
        reader.state(shard).map(state -> fromPosition < state.nextPosition()).orElse(true);
    if (available) {
      appended.complete(null);
    }
    return appended
        .completeOnTimeout(null, maxWaitMillis, TimeUnit.MILLISECONDS)
        .thenCompose(
            done -> {
              boolean found =
                  reader
                      .state(shard)
                      .map(state -> fromPosition < state.nextPosition())
                      .orElse(true);
              if (found) {
                return tailNow(subscription, fromPosition, maxBytes, 0, then);
              }
              tails.giveUp(shard, appended);
              return withKeys(() -> then.apply(readStore(subscription, fromPosition, maxBytes)));
            });
  }

  private TailResult readStore(SubscriptionRef subscription, long fromPosition, long maxBytes) {
    if (!subscriptions.isCurrent(subscription)) {
      return new TailResult.SubscriptionReplaced();
    }
    Optional<Stretch> found =
        reader.read(
            subscription.shard(),
            fromPosition,
            Integer.MAX_VALUE,
            maxBytes,
            decrypted(subscription.shard()));
    if (found.isEmpty()) {
      return new ReadResult.ShardMissing();
    }
    if (!found.get().records().isEmpty()) {
      subscriptions.sends(subscription, found.get().records().getFirst().arrivalMillis());
    }
    return records(found.get());
  }

  @Override
  public CompletionStage<Optional<Long>> find(ShardRef shard, StartingPosition start) {
    return confirmed(() -> reads.run(() -> startPosition(shard, start)));
  }

  private Optional<Long> startPosition(ShardRef shard, StartingPosition start) {
    return switch (start) {
      case StartingPosition.TrimHorizon horizon ->
          reader.state(shard).map(state -> state.trimPosition());
      case StartingPosition.Latest latest -> reader.state(shard).map(state -> state.nextPosition());
      case StartingPosition.AtTimestamp(long epochMillis) ->
          reader.firstAtOrAfter(shard, epochMillis);
      case StartingPosition.AtSequenceNumber(SequenceNumber number) ->
          reader.state(shard).map(state -> number.counter());
      case StartingPosition.AfterSequenceNumber(SequenceNumber number) ->
          reader.state(shard).map(state -> positionAfter(number));
    };
  }

  /**
   * The ending sequence number of a closed shard has the greatest possible counter, which cannot be
   * incremented.
   */
  private static long positionAfter(SequenceNumber number) {
    return number.counter() == SequenceNumber.ENDING_COUNTER
        ? number.counter()
        : number.counter() + 1;
  }
}
