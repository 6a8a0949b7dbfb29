package dev.millrace.core.apply;

import dev.millrace.core.command.Command.AppendRecords;
import dev.millrace.core.command.Command.DropShard;
import dev.millrace.core.command.Command.OpenSession;
import dev.millrace.core.command.Command.OpenShard;
import dev.millrace.core.command.Command.SealShard;
import dev.millrace.core.command.Command.ShardCommand;
import dev.millrace.core.command.Command.TrimShard;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies commands to a shard's state. A function of its arguments: it reads no clock, draws no
 * chance, looks at no other shard.
 */
public final class ShardMachine {
  /** Rows that take so much are followed by a state row, so that a restart reads no more. */
  static final long STATE_ROW_EVERY_BYTES = 256 << 10;

  private ShardMachine() {}

  /**
   * A row and its place.
   *
   * @param position the first position that it takes
   */
  public record Placed(long position, ShardRow row) {}

  /**
   * What one command does.
   *
   * @param state the state afterwards; empty when the shard is not here, or no longer
   * @param rows the rows to store
   * @param outcome the answer
   */
  public record Step(Optional<ShardState> state, List<Placed> rows, Outcome outcome) {
    public Step {
      rows = List.copyOf(rows);
    }
  }

  /**
   * One step.
   *
   * @param before the state before; empty when the shard is not here
   * @param at the entry that holds the command
   */
  public static Step apply(Optional<ShardState> before, ShardCommand command, LogPosition at) {
    return switch (command) {
      case OpenShard open ->
          before.isPresent() ? unchanged(before, new Outcome.Done()) : open(open, at);
      case DropShard drop -> new Step(Optional.empty(), List.of(), new Outcome.Done());
      case AppendRecords append ->
          before.map(state -> append(state, append, at)).orElseGet(ShardMachine::noSuchShard);
      case OpenSession session ->
          before.map(state -> openSession(state, at)).orElseGet(ShardMachine::noSuchShard);
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
    return new Step(state, List.of(), outcome);
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
            0,
            at);
    return stateRow(born, new Outcome.Done());
  }

  /**
   * The window is asked before the seal: what was appended before the shard was sealed is answered
   * as it was then, so that "sealed" proves that the batch is not in this shard and never will be.
   */
  private static Step append(ShardState before, AppendRecords append, LogPosition at) {
    return switch (before.windows().judge(append.batch())) {
      case SessionWindows.Verdict.Before(SessionWindow.Answer answer) ->
          unchanged(
              before,
              new Outcome.AppendedBefore(
                  answer.firstPosition(), answer.arrivalMillis(), answer.throttled()));
      case SessionWindows.Verdict.Unknown unknown -> unchanged(before, new Outcome.OutsideWindow());
      case SessionWindows.Verdict.Fresh fresh ->
          before
              .closeSecond()
              .map(second -> unchanged(before, new Outcome.Sealed(second)))
              .orElseGet(() -> appendFresh(before, append, at));
    };
  }

  private static Step appendFresh(ShardState before, AppendRecords append, LogPosition at) {
    List<Placed> rows = new ArrayList<>(2);
    ShardState state = before;
    if (before.bytesSinceStateRow() >= STATE_ROW_EVERY_BYTES) {
      state = before.renewed(before.trimPosition(), before.closeSecond(), before.windows(), at);
      rows.add(new Placed(state.stateRow(), new ShardRow.State(state)));
    }
    long position = state.nextPosition();
    long arrivalMillis = Math.max(append.arrivalMillis(), state.lastArrivalMillis());
    ShardRow.Records row =
        new ShardRow.Records(
            at,
            state.stateRow(),
            arrivalMillis,
            append.batch(),
            append.throttled(),
            append.records());
    rows.add(new Placed(position, row));
    return new Step(
        Optional.of(state.after(row)), rows, new Outcome.Appended(position, arrivalMillis));
  }

  private static Step openSession(ShardState before, LogPosition at) {
    if (before.closeSecond().isPresent()) {
      return unchanged(before, new Outcome.Sealed(before.closeSecond().get()));
    }
    // The row's position names the session: no other row of this shard has it, ever.
    long session = before.nextPosition();
    return stateRow(
        before.renewed(
            before.trimPosition(),
            before.closeSecond(),
            before.windows().opened(session, at.index()),
            at),
        new Outcome.SessionOpened(session));
  }

  private static Step seal(ShardState before, SealShard seal, LogPosition at) {
    if (before.closeSecond().isPresent()) {
      return unchanged(before, new Outcome.Sealed(before.closeSecond().get()));
    }
    long second = Math.max(seal.nowSecond(), Math.floorDiv(before.lastArrivalMillis(), 1000L));
    return stateRow(
        before.renewed(before.trimPosition(), Optional.of(second), before.windows(), at),
        new Outcome.Sealed(second));
  }

  private static Step trim(ShardState before, TrimShard trim, LogPosition at) {
    long horizon = Math.min(trim.position(), before.nextPosition());
    if (horizon <= before.trimPosition()) {
      return unchanged(before, new Outcome.Done());
    }
    return stateRow(
        before.renewed(horizon, before.closeSecond(), before.windows(), at), new Outcome.Done());
  }

  private static Step stateRow(ShardState state, Outcome outcome) {
    return new Step(
        Optional.of(state),
        List.of(new Placed(state.stateRow(), new ShardRow.State(state))),
        outcome);
  }
}
