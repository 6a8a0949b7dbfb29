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
 * The replicated state of one shard, without its records.
 *
 * <p>A shard's rows have rising <em>positions</em>. A record's position is the counter of its
 * sequence number; a state row occupies one position too, so sequence numbers rise with gaps, as
 * the service's do. The first row, at position 0, is the state when the shard was opened.
 *
 * @param shard the shard
 * @param range the hash keys of its records
 * @param parents none, one (split) or two (merge)
 * @param creationSecond epoch seconds
 * @param nextPosition the position of the next row
 * @param lastArrivalMillis the latest arrival time, epoch milliseconds; later ones are never lower
 * @param trimPosition rows below it are past retention
 * @param seal when it was sealed and why; empty while it accepts records
 * @param windows what is remembered about its writers' sessions
 * @param stateRow the position of the newest state row
 * @param bytesSinceStateRow approximate size of the rows after the state row, as far as this
 *     process has seen them: the cost of restoring the state. Apply does not depend on it
 * @param applied the last entry that was applied to this shard
 */
public record ShardState(
    ShardRef shard,
    HashKeyRange range,
    List<ShardId> parents,
    long creationSecond,
    long nextPosition,
    long lastArrivalMillis,
    long trimPosition,
    Optional<Seal> seal,
    SessionWindows windows,
    long stateRow,
    long bytesSinceStateRow,
    LogPosition applied) {

  /**
   * The end of a shard.
   *
   * @param second when it was sealed, epoch seconds
   * @param plan the reshard that sealed it, as {@code SealShard} has it
   */
  public record Seal(long second, Optional<String> plan) {}

  public ShardState {
    parents = List.copyOf(parents);
    if (nextPosition <= stateRow || trimPosition > nextPosition) {
      throw new IllegalArgumentException(
          "shard %s: next position %d must be above state row %d and not below trim position %d"
              .formatted(shard, nextPosition, stateRow, trimPosition));
    }
  }

  /** When it was sealed, epoch seconds; empty while it accepts records. */
  public Optional<Long> closeSecond() {
    return seal.map(Seal::second);
  }

  /**
   * Whether certainly no record is left: all of them were trimmed, or there never was one. False
   * may mean that only state rows are left, until the next trim.
   */
  public boolean isEmpty() {
    return !holdsRecordsBelow(nextPosition);
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
              seal,
              windows.withAnswer(
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
   * The state just before the row at a later position. Correct only when the shard has no sessions:
   * then the rows in between changed nothing but the position.
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
        seal,
        windows,
        stateRow,
        bytesSinceStateRow,
        applied);
  }

  /** The state with these changes, written as a state row at {@link #nextPosition}. */
  ShardState renewed(
      long newTrimPosition, Optional<Seal> newSeal, SessionWindows newWindows, LogPosition at) {
    return new ShardState(
        shard,
        range,
        parents,
        creationSecond,
        nextPosition + 1,
        lastArrivalMillis,
        newTrimPosition,
        newSeal,
        newWindows,
        nextPosition,
        0,
        at);
  }

  /**
   * Whether there may be records between the trim horizon and a position. The state row that the
   * last trim wrote does not count, or an idle shard would be trimmed again and again.
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
