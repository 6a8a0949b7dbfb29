// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import dev.millrace.core.command.Command.AppendRecords;
import dev.millrace.core.command.Command.DropShard;
import dev.millrace.core.command.Command.OpenSession;
import dev.millrace.core.command.Command.OpenShard;
import dev.millrace.core.command.Command.RenewState;
import dev.millrace.core.command.Command.SealShard;
import dev.millrace.core.command.Command.ShardCommand;
import dev.millrace.core.command.Command.TrimShard;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Applies commands to a shard's state. Pure: it reads no clock, uses no randomness and depends on
 * no other shard.
 */
public final class ShardMachine {
  private ShardMachine() {}

  /**
   * A row and its position.
   *
   * @param position the first position that the row occupies
   * @param bytes the row as it is to be stored: exactly these bytes are in the shard's digest. The
   *     whole of an array, which must not be changed
   */
  public record PositionedRow(long position, ShardRow row, ByteBuffer bytes) {}

  /**
   * The effect of one command.
   *
   * @param state the state afterwards; empty when the shard does not exist
   * @param row the row to store, if the command writes one
   * @param outcome the answer to the proposer
   */
  public record Step(Optional<ShardState> state, Optional<PositionedRow> row, Outcome outcome) {}

  /**
   * Applies one command.
   *
   * @param before the state before; empty when the shard does not exist
   * @param at the position of the entry that contains the command
   * @throws ReplicasDifferException if the command proves that this replica's rows differ from the
   *     leader's
   */
  public static Step apply(Optional<ShardState> before, ShardCommand command, LogPosition at) {
    return switch (command) {
      case OpenShard open ->
          before.isPresent() ? unchanged(before, new Outcome.Done()) : open(open, at);
      case DropShard drop -> new Step(Optional.empty(), Optional.empty(), new Outcome.Done());
      case AppendRecords append ->
          before.map(state -> append(state, append, at)).orElseGet(ShardMachine::noSuchShard);
      case OpenSession session ->
          before.map(state -> openSession(state, session, at)).orElseGet(ShardMachine::noSuchShard);
      case RenewState renew ->
          before.map(state -> renew(state, renew, at)).orElseGet(ShardMachine::noSuchShard);
      case SealShard seal ->
          before.map(state -> seal(state, seal, at)).orElseGet(ShardMachine::noSuchShard);
      case TrimShard trim ->
          before.map(state -> trim(state, trim, at)).orElseGet(ShardMachine::noSuchShard);
    };
  }

  private static Step noSuchShard() {
    return unchanged(Optional.empty(), new Outcome.NoSuchShard());
  }

  private static Step unchanged(ShardState state, Outcome outcome) {
    return unchanged(Optional.of(state), outcome);
  }

  private static Step unchanged(Optional<ShardState> state, Outcome outcome) {
    return new Step(state, Optional.empty(), outcome);
  }

  private static Step open(OpenShard open, LogPosition at) {
    ShardState born =
        new ShardState(
            open.shard(),
            open.range(),
            open.parents(),
            open.creationSecond(),
            1,
            open.creationSecond() * 1000,
            0,
            Optional.empty(),
            SessionWindows.NONE,
            0,
            at,
            open.digested() ? RowDigest.START : RowDigest.NONE,
            RowDigest.NONE,
            0,
            at);
    return stateRow(born, new Outcome.Done());
  }

  /**
   * The session window is checked before the seal: a batch that was appended before the shard was
   * sealed gets its original answer, so that {@link Outcome.Sealed} proves that the batch is not in
   * this shard and never will be.
   */
  private static Step append(ShardState before, AppendRecords append, LogPosition at) {
    return switch (before.windows().status(append.batch())) {
      case BatchStatus.Recorded(AppendedBatch batch) ->
          unchanged(
              before,
              new Outcome.AppendedBefore(
                  batch.firstPosition(), batch.arrivalMillis(), batch.throttled()));
      case BatchStatus.Forgotten unknown -> unchanged(before, new Outcome.OutsideWindow());
      case BatchStatus.New fresh ->
          before
              .closeSecond()
              .map(second -> unchanged(before, new Outcome.Sealed(second)))
              .orElseGet(() -> appendFresh(before, append, at));
    };
  }

  private static Step appendFresh(ShardState before, AppendRecords append, LogPosition at) {
    long position = before.nextPosition();
    long arrivalMillis = Math.max(append.arrivalMillis(), before.lastArrivalMillis());
    ShardRow.Records row =
        new ShardRow.Records(
            at,
            before.stateRow(),
            arrivalMillis,
            append.batch(),
            append.throttled(),
            append.records());
    ByteBuffer bytes = ByteBuffer.wrap(row.encode());
    return new Step(
        Optional.of(before.after(row, bytes)),
        Optional.of(new PositionedRow(position, row, bytes)),
        new Outcome.Appended(position, arrivalMillis, append.throttled()));
  }

  private static Step openSession(ShardState before, OpenSession open, LogPosition at) {
    if (before.closeSecond().isPresent()) {
      return unchanged(before, new Outcome.Sealed(before.closeSecond().get()));
    }
    SessionWindows windows =
        before.windows().withSession(open.session(), open.sessions(), at.index());
    return stateRow(
        before.renewed(before.trimPosition(), before.seal(), windows, at),
        new Outcome.SessionOpened(open.session()));
  }

  /**
   * The digest begins here in a shard that has none yet: earlier builds, which would write other
   * rows, cannot apply an entry that says what the leader's newest state row is.
   */
  private static Step renew(ShardState before, RenewState renew, LogPosition at) {
    renew.leaders().ifPresent(before::requireAgreement);
    ShardState renewed = before.renewed(before.trimPosition(), before.seal(), before.windows(), at);
    return stateRow(
        renew.leaders().isPresent() ? renewed.withDigestBegun() : renewed, new Outcome.Done());
  }

  private static Step seal(ShardState before, SealShard seal, LogPosition at) {
    if (before.closeSecond().isPresent()) {
      return unchanged(before, new Outcome.Sealed(before.closeSecond().get()));
    }
    long second = Math.max(seal.nowSecond(), Math.floorDiv(before.lastArrivalMillis(), 1000L));
    return stateRow(
        before.renewed(
            before.trimPosition(),
            Optional.of(new ShardState.Seal(second, seal.plan())),
            before.windows(),
            at),
        new Outcome.Sealed(second));
  }

  private static Step trim(ShardState before, TrimShard trim, LogPosition at) {
    long horizon = Math.min(trim.position(), before.nextPosition());
    if (horizon <= before.trimPosition()) {
      return unchanged(before, new Outcome.Done());
    }
    return stateRow(
        before.renewed(horizon, before.seal(), before.windows(), at), new Outcome.Done());
  }

  private static Step stateRow(ShardState state, Outcome outcome) {
    ByteBuffer bytes = ByteBuffer.wrap(new ShardRow.State(state).encode());
    ShardState stored = state.storedAs(bytes);
    return new Step(
        Optional.of(stored),
        Optional.of(new PositionedRow(stored.stateRow(), new ShardRow.State(stored), bytes)),
        outcome);
  }
}
