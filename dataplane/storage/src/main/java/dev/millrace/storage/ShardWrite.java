// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import dev.millrace.core.apply.ShardMachine;
import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command.ShardCommand;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * One shard's part of one log entry: its commands in order, from the state before the entry to the
 * state after it. A family that has applied the entry already takes nothing of it.
 */
final class ShardWrite {
  private final Optional<ShardFamily> family;
  private final LogPosition at;
  private final WriteBatch batch;
  private final boolean repeated;
  private Optional<ShardState> state;

  /**
   * Begins.
   *
   * @param family empty when the shard is not here
   */
  ShardWrite(Optional<ShardFamily> family, LogPosition at, WriteBatch batch) {
    this.family = family;
    this.at = at;
    this.batch = batch;
    this.state = family.flatMap(ShardFamily::state);
    this.repeated = state.isPresent() && state.get().applied().covers(at);
  }

  Outcome apply(ShardCommand command) throws RocksDBException {
    if (repeated) {
      return new Outcome.Repeated();
    }
    ShardMachine.Step step = ShardMachine.apply(state, command, at);
    state = step.state();
    if (step.row().isPresent()) {
      ShardMachine.PositionedRow placed = step.row().get();
      batch.put(
          family.orElseThrow().handle(),
          ShardFamily.key(placed.position()),
          placed.bytes().array());
    }
    return step.outcome();
  }

  /** Makes the state visible; called when the batch has been written. */
  void publish() {
    if (!repeated) {
      family.ifPresent(f -> state.ifPresent(f::publish));
    }
  }

  /** The family, if the entry dropped its shard. */
  Optional<ShardFamily> dropped() {
    return state.isEmpty() ? family : Optional.empty();
  }
}
