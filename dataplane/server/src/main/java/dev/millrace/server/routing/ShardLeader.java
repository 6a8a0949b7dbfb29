package dev.millrace.server.routing;

import dev.millrace.core.command.BatchNumber;
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

  /** What became of records that were handed in together. */
  sealed interface AppendResult {
    /**
     * Those that the limits admitted are committed, one after the other.
     *
     * @param firstPosition the position of the first of them; means nothing when there is none
     * @param arrivalMillis the arrival time of all of them, epoch milliseconds
     * @param throttled which were not admitted: places in the batch, from 0, rising
     */
    record Appended(long firstPosition, long arrivalMillis, List<Integer> throttled)
        implements AppendResult {
      public Appended {
        throttled = List.copyOf(throttled);
      }
    }

    /** The shard was closed by a change of its stream's shape, without these records. */
    record Sealed() implements AppendResult, SessionResult {}

    /** The shard is not here: its stream was deleted. */
    record NoSuchShard() implements AppendResult, SessionResult {}

    /**
     * Nothing was written now; whether it was before, the shard no longer knows: it forgot the
     * session, or the number.
     */
    record OutsideWindow() implements AppendResult {}
  }

  /** What became of opening a session. */
  sealed interface SessionResult {
    /**
     * It is open.
     *
     * @param session its name in {@link BatchNumber}
     */
    record Opened(long session) implements SessionResult {}
  }

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
    record Records(List<StoredRecord> records, long nextPosition, long tip, long creationSecond)
        implements ReadResult {
      public Records {
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
    record NoSuchShard() implements ReadResult {}
  }

  /** Opens a session, in which a writer numbers the batches that it sends to a shard. */
  CompletionStage<SessionResult> openSession(ShardRef shard);

  /**
   * Commits records to a shard, in the batch's order, as far as its limits admit them. A batch that
   * was committed before is answered as it was then.
   *
   * @param number of the batch in its writer's session
   * @param again whether the batch was sent before: then the limits have counted it
   */
  CompletionStage<AppendResult> append(
      ShardRef shard, BatchNumber number, boolean again, RecordBatch records);

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
