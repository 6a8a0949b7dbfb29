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
import dev.millrace.core.stream.ShardRef;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The leader of a shard, wherever it is: it stamps arrival times, holds the shard's limits, commits
 * and reads. Callable from any thread, event loops included; never blocks. A stage that fails does
 * so with {@link LogRefusedException}, whose reason says whether a write may have been done.
 */
public interface ShardLeader {

  /** What a read found. */
  sealed interface ReadResult {
    /**
     * A stretch of the shard.
     *
     * @param records in the order of their positions
     * @param nextPosition where reading goes on
     * @param tip the position after the newest row when the stretch was read
     * @param creationSecond the shard's, which stands in the records' sequence numbers
     */
    record RecordPage(List<StoredRecord> records, long nextPosition, long tip, long creationSecond)
        implements ReadResult {
      public RecordPage {
        records = List.copyOf(records);
      }

      /** Whether nothing lay behind the stretch when it was read. */
      public boolean atTip() {
        return nextPosition >= tip;
      }
    }

    /** The shard has given its share for now. */
    record Throttled() implements ReadResult {}

    /** The shard is not here: its stream was deleted. */
    record ShardMissing() implements ReadResult {}
  }

  /** Opens a session, in which a writer numbers the batches that it sends to a shard. */
  CompletionStage<SessionOutcome> openSession(ShardRef shard);

  /**
   * Commits records to a shard, in the batch's order, as far as its limits admit them. A batch that
   * was committed before is answered as it was then.
   *
   * @param number of the batch in its writer's session
   * @param again whether the batch was sent before: then the limits have counted it
   */
  CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean again, RecordBatch records);

  /**
   * Commits batches that came together: each as by {@link #append}, in their order, with an answer
   * of its own. A leader that can has them share an entry of its log.
   */
  default List<CompletionStage<AppendOutcome>> appendAll(List<NumberedBatch> batches) {
    return batches.stream()
        .map(batch -> append(batch.shard(), batch.number(), batch.again(), batch.records()))
        .toList();
  }

  /**
   * Reads records from a position on.
   *
   * @param maxRecords at least 1
   * @param maxBytes most bytes of data and partition keys; one record is returned even if larger
   * @param then makes the caller's value of it, on a thread that may take its time
   */
  <T> CompletionStage<T> read(
      ShardRef shard,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      Function<ReadResult, T> then);

  /**
   * Reads records from a position on for a subscription, which has a share of its own: the shard's
   * read limits do not count it. Where nothing is there yet it waits.
   *
   * @param maxBytes most bytes of data and partition keys; one record is returned even if larger
   * @param maxWaitMillis how long to wait; then the answer is that nothing came
   */
  <T> CompletionStage<T> tail(
      ShardRef shard,
      long fromPosition,
      long maxBytes,
      long maxWaitMillis,
      Function<ReadResult, T> then);

  /** The position that a reader begins at; empty when the shard is not here. */
  CompletionStage<Optional<Long>> find(ShardRef shard, StartingPosition start);
}
