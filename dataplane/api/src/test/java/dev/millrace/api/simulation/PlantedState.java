// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.apply.SessionWindows;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The planted bugs of apply: the real state machine is given what is not so. */
final class PlantedState {
  private PlantedState() {}

  static Optional<ShardState> before(
      World world, Optional<ShardState> state, Command.ShardCommand command) {
    if (!(command instanceof Command.AppendRecords)) {
      return state;
    }
    if (world.has(GroupBug.SEALED_SHARD_APPENDS)) {
      return state.map(is -> with(is, is.lastArrivalMillis(), Optional.empty(), is.windows()));
    }
    if (world.has(GroupBug.ARRIVAL_IS_NOT_CLAMPED)) {
      return state.map(is -> with(is, 0, is.seal(), is.windows()));
    }
    return state;
  }

  static ShardState after(World world, Optional<ShardState> before, ShardState after) {
    return world.has(GroupBug.SEALED_SHARD_APPENDS) && before.flatMap(ShardState::seal).isPresent()
        ? with(after, after.lastArrivalMillis(), before.get().seal(), after.windows())
        : after;
  }

  /** One member applies a record with one bit changed. */
  static Command.ShardCommand misread(World world, MemberId member, Command.ShardCommand command) {
    if (world.has(GroupBug.ONE_REPLICA_APPLIES_ANOTHER_RECORD)
        && member.pod() == 1
        && command instanceof Command.AppendRecords append
        && append.batch().number() % 10 == 7) {
      ByteBuffer payload = append.records().payload();
      byte[] bytes = new byte[payload.remaining()];
      payload.get(payload.position(), bytes);
      bytes[bytes.length - 1] ^= 1;
      return new Command.AppendRecords(
          append.shard(),
          append.arrivalMillis(),
          append.batch(),
          append.throttled(),
          new RecordBatch(append.records().count(), ByteBuffer.wrap(bytes)));
    }
    return command;
  }

  static ShardState with(ShardState state, SessionWindows windows) {
    return with(state, state.lastArrivalMillis(), state.seal(), windows);
  }

  private static ShardState with(
      ShardState state,
      long lastArrivalMillis,
      Optional<ShardState.Seal> seal,
      SessionWindows windows) {
    return new ShardState(
        state.shard(),
        state.range(),
        state.parents(),
        state.creationSecond(),
        state.nextPosition(),
        lastArrivalMillis,
        state.trimPosition(),
        seal,
        windows,
        state.stateRow(),
        state.stateRowEntry(),
        state.stateRowDigest(),
        state.digest(),
        state.bytesSinceStateRow(),
        state.applied());
  }
}
