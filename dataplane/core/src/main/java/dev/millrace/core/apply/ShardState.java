// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.StateRowDigest;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import java.nio.ByteBuffer;
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
 * @param stateRowEntry the entry that wrote it
 * @param stateRowDigest the digest of all rows before it, as it is stored in it
 * @param digest the digest of all rows
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
    LogPosition stateRowEntry,
    RowDigest stateRowDigest,
    RowDigest digest,
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

  /**
   * The state after a row was written at {@link #nextPosition}.
   *
   * @param bytes the row as it is stored
   * @throws ReplicasDifferException if it is a state row that was written after other rows
   */
  public ShardState after(ShardRow written, ByteBuffer bytes) {
    return switch (written) {
      case ShardRow.State row -> {
        RowDigest expected = row.state().stateRowDigest();
        if (digest.hasBegun() && !digest.equals(expected)) {
          throw new ReplicasDifferException(
              "shard %s differs from the replica that wrote the state row at position %d: the rows before it have digest %d, expected %d"
                  .formatted(shard, row.stateRow(), digest.value(), expected.value()));
        }
        yield row.state();
      }
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
              stateRowEntry,
              stateRowDigest,
              digest.after(nextPosition, bytes),
              bytesSinceStateRow + row.sizeBytes(),
              row.writtenBy());
    };
  }

  /**
   * Whether the next row tells all that the rows between the newest state row and it do: without a
   * session and without a digest they change nothing but the position. So it is in shards that were
   * written by builds that had neither, and no state row for very many rows.
   */
  public boolean dependsOnlyOnLastRow() {
    return windows.windows().isEmpty() && !digest.hasBegun();
  }

  /** The state just before the row at a later position, if {@link #dependsOnlyOnLastRow}. */
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
        stateRowEntry,
        stateRowDigest,
        digest,
        bytesSinceStateRow,
        applied);
  }

  /** The newest state row, for the other replicas to compare with theirs. */
  public StateRowDigest newestStateRow() {
    return new StateRowDigest(stateRowEntry.index(), stateRow, stateRowDigest.value());
  }

  /**
   * Compares the newest state row with that of the leader. Compares nothing if another entry wrote
   * it: then there was another state row in between.
   *
   * @throws ReplicasDifferException if the same entry wrote both, and they are at other positions
   *     or have other rows before them
   */
  void requireAgreement(StateRowDigest leaders) {
    if (leaders.entryIndex() == stateRowEntry.index() && !leaders.equals(newestStateRow())) {
      throw new ReplicasDifferException(
          "shard %s differs from the leader's: the state row that entry %d wrote is at position %d after rows with digest %d, expected position %d and digest %d"
              .formatted(
                  shard,
                  stateRowEntry.index(),
                  stateRow,
                  stateRowDigest.value(),
                  leaders.position(),
                  leaders.digest()));
    }
  }

  /** This state, which was written as the newest state row. */
  ShardState storedAs(ByteBuffer bytes) {
    return withDigests(stateRowDigest, stateRowDigest.after(stateRow, bytes));
  }

  /** This state, not yet written, with a digest that begins with its state row at the latest. */
  ShardState withDigestBegun() {
    return withDigests(stateRowDigest.begun(), digest);
  }

  private ShardState withDigests(RowDigest before, RowDigest after) {
    return new ShardState(
        shard,
        range,
        parents,
        creationSecond,
        nextPosition,
        lastArrivalMillis,
        trimPosition,
        seal,
        windows,
        stateRow,
        stateRowEntry,
        before,
        after,
        bytesSinceStateRow,
        applied);
  }

  /** The state with these changes, to be written as a state row at {@link #nextPosition}. */
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
        at,
        digest,
        digest,
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
