// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The leader of shards, in this process or another: it stamps arrival times, enforces limits,
 * commits records and reads them. Callable from any thread, event loops included; never blocks.
 * Stages fail with {@link LogRefusedException}, whose reason says whether a write may have been
 * applied.
 */
public interface ShardLeader {
  /** How long a subscription lasts. */
  Duration SUBSCRIPTION_LIFETIME = Duration.ofMinutes(5);

  /** The result of a read. */
  sealed interface ReadResult {
    /**
     * Consecutive records of the shard.
     *
     * @param records in the order of their positions
     * @param nextPosition the position at which to continue
     * @param tip the position after the newest row when the records were read
     * @param creationSecond the shard's creation second, part of the records' sequence numbers
     */
    record RecordPage(List<StoredRecord> records, long nextPosition, long tip, long creationSecond)
        implements ReadResult, TailResult {
      public RecordPage {
        records = List.copyOf(records);
      }

      /** Whether the shard had no further records when these were read. */
      public boolean atTip() {
        return nextPosition >= tip;
      }
    }

    /** The shard's read limit is exceeded. */
    record Throttled() implements ReadResult {}

    /** The shard does not exist: its stream was deleted. */
    record ShardMissing() implements ReadResult, TailResult, SubscribeOutcome {}
  }

  /** The result of a read for a subscription. */
  sealed interface TailResult
      permits ReadResult.RecordPage, ReadResult.ShardMissing, TailResult.SubscriptionReplaced {
    /** Another subscription of the consumer to the shard has replaced this one. */
    record SubscriptionReplaced() implements TailResult {}
  }

  /** Whether a subscription could begin. */
  sealed interface SubscribeOutcome
      permits SubscribeOutcome.Subscribed, SubscribeOutcome.TooSoon, ReadResult.ShardMissing {
    /**
     * A subscription has begun.
     *
     * @param position the first position to read
     */
    record Subscribed(SubscriptionRef subscription, long position) implements SubscribeOutcome {}

    /** The consumer's last subscription to the shard began less than five seconds ago. */
    record TooSoon() implements SubscribeOutcome {}
  }

  /** Opens a session, in which a writer numbers the batches that it sends to a shard. */
  CompletionStage<SessionOutcome> openSession(ShardRef shard);

  /**
   * Commits the records that are within the shard's limits, in the order of the batch. A batch that
   * was committed before gets its original answer.
   *
   * @param number the batch's number in its writer's session
   * @param retry whether the batch was sent before, so that the limits have already counted it
   * @param records not encrypted; its protection says whether the leader has to
   */
  CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean retry, RecordBatch records);

  /**
   * Commits batches that came together: each as by {@link #append}, in their order, with an answer
   * of its own. A leader that can has them share an entry of its log.
   */
  default List<CompletionStage<AppendOutcome>> appendAll(List<NumberedBatch> batches) {
    return batches.stream()
        .map(batch -> append(batch.shard(), batch.number(), batch.retry(), batch.records()))
        .toList();
  }

  /**
   * Reads records from a position.
   *
   * @param maxRecords at least 1
   * @param maxBytes most bytes of data and partition keys; one record is returned even if larger
   * @param then converts the result, on a thread that may block
   */
  <T> CompletionStage<T> read(
      ShardRef shard,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      Function<ReadResult, T> then);

  /**
   * Begins a subscription, which replaces an earlier one of the consumer to the shard. The leader
   * knows the subscriptions at all fronts.
   *
   * @param start where it starts to read
   */
  CompletionStage<SubscribeOutcome> subscribe(
      ShardRef shard, ConsumerRef consumer, StartingPosition start);

  /**
   * Ends a subscription. If that does not reach the leader, it ends by its lifetime.
   *
   * @param position everything before it has been sent
   */
  void unsubscribe(SubscriptionRef subscription, long position);

  /**
   * Reads records from a position for a subscription, which has its own throughput: the shard's
   * read limits do not apply. Waits if there are no records yet.
   *
   * @param fromPosition everything before it has been sent
   * @param maxBytes most bytes of data and partition keys; one record is returned even if larger
   * @param maxWaitMillis how long to wait before returning without records
   */
  <T> CompletionStage<T> tail(
      SubscriptionRef subscription,
      long fromPosition,
      long maxBytes,
      long maxWaitMillis,
      Function<TailResult, T> then);

  /**
   * The open shards that took over the hash keys of a sealed shard; empty if its leader does not
   * know that they are open. Writers find them here before the new shape of the stream is
   * published.
   */
  default CompletionStage<List<ShardDefinition>> successors(ShardRef sealed) {
    return CompletableFuture.completedStage(List.of());
  }

  /** Finds the position at which a reader starts; empty when the shard does not exist. */
  CompletionStage<Optional<Long>> find(ShardRef shard, StartingPosition start);
}
