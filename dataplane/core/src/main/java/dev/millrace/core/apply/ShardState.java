// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import dev.millrace.core.command.LogPosition;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import java.util.List;
import java.util.Optional;

/**
 * Everything that is replicated of one shard, its records aside.
 *
 * <p>A shard's rows lie at rising <em>positions</em>. A record's position is the counter of its
 * sequence number; a state row takes one position too, so numbers rise but have gaps, as the
 * service's own do. The first row, at position 0, is the state at birth.
 *
 * @param shard which shard
 * @param range its hash keys
 * @param parents none, one (split) or two (merge)
 * @param creationSecond epoch seconds
 * @param nextPosition the position that the next row takes
 * @param lastArrivalMillis the latest arrival time; the next is not below it
 * @param trimPosition rows below it are past retention
 * @param closeSecond when it was sealed, epoch seconds; empty: it takes records
 * @param windows what is remembered of the sessions of writers
 * @param stateRow the position of the newest state row
 * @param bytesSinceStateRow about what the rows after it take, as far as this process has seen
 *     them: what it costs to restore the state. Nothing that is applied depends on it
 * @param applied the last entry that this shard has applied
 */
public record ShardState(
    ShardRef shard,
    HashKeyRange range,
    List<ShardId> parents,
    long creationSecond,
    long nextPosition,
    long lastArrivalMillis,
    long trimPosition,
    Optional<Long> closeSecond,
    SessionWindows windows,
    long stateRow,
    long bytesSinceStateRow,
    LogPosition applied) {

  public ShardState {
    parents = List.copyOf(parents);
    if (nextPosition <= stateRow || trimPosition > nextPosition) {
      throw new IllegalArgumentException(
          "shard %s: next position %d must be above state row %d and not below trim position %d"
              .formatted(shard, nextPosition, stateRow, trimPosition));
    }
  }

  /** The state after a row was written at {@link #nextPosition}. */
  public ShardState after(ShardRow written) {
    return switch (written) {
      case ShardRow.State row -> row.state();
      case ShardRow.Records row ->
          new ShardState(
              shard,
              range,
              parents,
              creationSecond,
              nextPosition + row.positions(),
              row.arrivalMillis(),
              trimPosition,
              closeSecond,
              windows.after(
                  row.batch(),
                  new AppendedBatch(
                      row.batch().number(), nextPosition, row.arrivalMillis(), row.throttled()),
                  row.writtenBy().index()),
              stateRow,
              bytesSinceStateRow + row.sizeBytes(),
              row.writtenBy());
    };
  }

  /**
   * The state before a row at a later position, where no session is known: then the rows between
   * left no trace but their positions.
   */
  public ShardState beforeRowAt(long position) {
    return new ShardState(
        shard,
        range,
        parents,
        creationSecond,
        position,
        lastArrivalMillis,
        trimPosition,
        closeSecond,
        windows,
        stateRow,
        bytesSinceStateRow,
        applied);
  }

  /** The state that is written as a row of its own, at {@link #nextPosition}, with changes. */
  ShardState renewed(
      long newTrimPosition,
      Optional<Long> newCloseSecond,
      SessionWindows newWindows,
      LogPosition at) {
    return new ShardState(
        shard,
        range,
        parents,
        creationSecond,
        nextPosition + 1,
        lastArrivalMillis,
        newTrimPosition,
        newCloseSecond,
        newWindows,
        nextPosition,
        0,
        at);
  }

  /**
   * Whether a record may lie between the trim horizon and a position: something does, and it is
   * more than the row that trimming wrote. Without this an idle shard would be trimmed for ever.
   */
  public boolean holdsRecordsBelow(long position) {
    long first = trimPosition == stateRow ? stateRow + 1 : trimPosition;
    return position > first;
  }

  /** The sequence number of the record at a position. */
  public SequenceNumber sequenceNumber(long position, long arrivalMillis) {
    return new SequenceNumber(
        creationSecond, shard.shard(), position, Math.floorDiv(arrivalMillis, 1000L));
  }
}
