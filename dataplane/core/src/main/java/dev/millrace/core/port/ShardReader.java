// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.stream.ShardRef;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Reads what has been applied to shards. */
public interface ShardReader {

  /**
   * A record as it is stored; the buffers are views that must not be changed.
   *
   * @param position its position, the counter of its sequence number
   * @param arrivalMillis epoch milliseconds
   * @param partitionKey UTF-8; empty when none was given
   * @param data the client's bytes
   */
  record StoredRecord(
      long position, long arrivalMillis, ByteBuffer partitionKey, ByteBuffer data) {}

  /**
   * A stretch of a shard.
   *
   * @param records in the order of their positions
   * @param nextPosition where reading goes on
   * @param state the shard as it was before the stretch was read: {@code nextPosition} not below
   *     {@code state.nextPosition()} is the tip
   */
  record Stretch(List<StoredRecord> records, long nextPosition, ShardState state) {
    public Stretch {
      records = List.copyOf(records);
    }

    /** Whether nothing lay behind the stretch when it was read. */
    public boolean atTip() {
      return nextPosition >= state.nextPosition();
    }
  }

  /** The applied state of a shard; empty when it is not here. Callable from any thread. */
  Optional<ShardState> state(ShardRef shard);

  /**
   * Reads records from a position on, or from the trim horizon where that is higher. Blocks for the
   * disk; not for event loops.
   *
   * @param maxRecords at least 1
   * @param maxBytes most bytes of data and partition keys; one record is returned even if larger
   * @return empty when the shard is not here
   */
  Optional<Stretch> read(ShardRef shard, long fromPosition, int maxRecords, long maxBytes);

  /**
   * The position of the first record that arrived at or after a time; the tip when there is none.
   * Blocks for the disk.
   *
   * @return empty when the shard is not here
   */
  Optional<Long> firstAtOrAfter(ShardRef shard, long arrivalMillis);
}
