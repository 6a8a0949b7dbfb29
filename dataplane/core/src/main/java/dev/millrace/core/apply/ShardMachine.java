package dev.millrace.core.apply;

import dev.millrace.core.command.Command.AppendRecords;
import dev.millrace.core.command.Command.DropShard;
import dev.millrace.core.command.Command.OpenShard;
import dev.millrace.core.command.Command.SealShard;
import dev.millrace.core.command.Command.ShardCommand;
import dev.millrace.core.command.Command.TrimShard;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import java.util.Optional;

/**
 * Applies commands to a shard's state. A function of its arguments: it reads no clock, draws no
 * chance, looks at no other shard.
 */
public final class ShardMachine {
  private ShardMachine() {}

  /**
   * What one command does.
   *
   * @param state the state afterwards; empty when the shard is not here, or no longer
   * @param row the row to store at {@code position}, if the command leaves one
   * @param position where the row goes; meaningless without a row
   * @param outcome the answer
   */
  public record Step(
      Optional<ShardState> state, Optional<ShardRow> row, long position, Outcome outcome) {}

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
      case AppendRecords append ->
          before.isEmpty()
              ? unchanged(before, new Outcome.NoSuchShard())
              : before
                  .get()
                  .closeSecond()
                  .map(second -> unchanged(before, new Outcome.Sealed(second)))
                  .orElseGet(() -> append(before.get(), append, at));
      case SealShard seal ->
          before.isEmpty()
              ? unchanged(before, new Outcome.NoSuchShard())
              : seal(before.get(), seal, at);
      case TrimShard trim ->
          before.isEmpty()
              ? unchanged(before, new Outcome.NoSuchShard())
              : trim(before.get(), trim, at);
      case DropShard drop -> new Step(Optional.empty(), Optional.empty(), 0, new Outcome.Done());
    };
  }

  private static Step unchanged(Optional<ShardState> state, Outcome outcome) {
    return new Step(state, Optional.empty(), 0, outcome);
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
            0,
            at);
    return new Step(
        Optional.of(born), Optional.of(new ShardRow.State(born)), 0, new Outcome.Done());
  }

  private static Step append(ShardState before, AppendRecords append, LogPosition at) {
    long position = before.nextPosition();
    long arrivalMillis = Math.max(append.arrivalMillis(), before.lastArrivalMillis());
    ShardRow.Records row =
        new ShardRow.Records(
            at, before.stateRow(), arrivalMillis, append.writer(), append.records());
    ShardState after =
        new ShardState(
            before.shard(),
            before.range(),
            before.parents(),
            before.creationSecond(),
            position + append.records().count(),
            arrivalMillis,
            before.trimPosition(),
            before.closeSecond(),
            before.stateRow(),
            at);
    return new Step(
        Optional.of(after),
        Optional.of(row),
        position,
        new Outcome.Appended(position, arrivalMillis));
  }

  private static Step seal(ShardState before, SealShard seal, LogPosition at) {
    if (before.closeSecond().isPresent()) {
      return unchanged(Optional.of(before), new Outcome.Sealed(before.closeSecond().get()));
    }
    long second = Math.max(seal.nowSecond(), Math.floorDiv(before.lastArrivalMillis(), 1000L));
    ShardState sealed = changed(before, before.trimPosition(), Optional.of(second), at);
    return stateRow(sealed, new Outcome.Sealed(second));
  }

  private static Step trim(ShardState before, TrimShard trim, LogPosition at) {
    long horizon = Math.min(trim.position(), before.nextPosition());
    if (horizon <= before.trimPosition()) {
      return unchanged(Optional.of(before), new Outcome.Done());
    }
    return stateRow(changed(before, horizon, before.closeSecond(), at), new Outcome.Done());
  }

  /** A state that is written as a row of its own, at the next position. */
  private static ShardState changed(
      ShardState before, long trimPosition, Optional<Long> closeSecond, LogPosition at) {
    return new ShardState(
        before.shard(),
        before.range(),
        before.parents(),
        before.creationSecond(),
        before.nextPosition() + 1,
        before.lastArrivalMillis(),
        trimPosition,
        closeSecond,
        before.nextPosition(),
        at);
  }

  private static Step stateRow(ShardState state, Outcome outcome) {
    return new Step(
        Optional.of(state), Optional.of(new ShardRow.State(state)), state.stateRow(), outcome);
  }
}
