// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ShardRef;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads the applied state and records of shards. */
public interface ShardReader {

  /**
   * A record as it is stored; the buffers are views that must not be changed.
   *
   * @param position its position, the counter of its sequence number
   * @param arrivalMillis epoch milliseconds
   * @param partitionKey UTF-8; empty when none was given
   * @param data the client's bytes
   * @param encrypted whether it is stored encrypted
   */
  record StoredRecord(
      long position,
      long arrivalMillis,
      ByteBuffer partitionKey,
      ByteBuffer data,
      boolean encrypted) {}

  /**
   * Consecutive records of a shard.
   *
   * @param records in the order of their positions
   * @param nextPosition the position at which to continue
   * @param state the state of the shard before its records were read
   */
  record Stretch(List<StoredRecord> records, long nextPosition, ShardState state) {
    public Stretch {
      records = List.copyOf(records);
    }

    /** Whether the shard had no further records when these were read. */
    public boolean atTip() {
      return nextPosition >= state.nextPosition();
    }
  }

  /** The applied state of a shard; empty when it does not exist. Callable from any thread. */
  Optional<ShardState> state(ShardRef shard);

  /**
   * Reads records from a position, or from the trim horizon if that is higher. Blocks on the disk;
   * must not be called on an event loop.
   *
   * @param maxRecords at least 1
   * @param maxBytes most bytes of data and partition keys; one record is returned even if larger
   * @param decrypted decrypts a batch, or returns it as it is if it is not encrypted. If it throws
   *     {@link DataKeyNeededException} after the first records, those are returned
   * @return empty when the shard does not exist
   * @throws DataKeyNeededException if the data key of the first record is not at hand
   */
  Optional<Stretch> read(
      ShardRef shard,
      long fromPosition,
      int maxRecords,
      long maxBytes,
      UnaryOperator<RecordBatch> decrypted);

  /** Reads records of which none is encrypted. */
  default Optional<Stretch> read(ShardRef shard, long fromPosition, int maxRecords, long maxBytes) {
    return read(shard, fromPosition, maxRecords, maxBytes, UnaryOperator.identity());
  }

  /**
   * The position of the first record that arrived at or after a time; the tip when there is none.
   * Blocks on the disk.
   *
   * @return empty when the shard does not exist
   */
  Optional<Long> firstAtOrAfter(ShardRef shard, long arrivalMillis);
}
