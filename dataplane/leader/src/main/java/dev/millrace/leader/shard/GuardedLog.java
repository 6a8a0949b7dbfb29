// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardLog;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * Refuses what would take room while the disk is nearly full, and what a clock stamps or trims
 * while the clock is not trusted; what gives room back passes.
 *
 * @param log the log behind
 * @param hasRoom whether more may be written
 * @param clockIsTrusted whether the clock is trusted
 */
public record GuardedLog(ShardLog log, BooleanSupplier hasRoom, BooleanSupplier clockIsTrusted)
    implements ShardLog {
  @Override
  public CompletionStage<Outcome> propose(Command command) {
    return proposeAll(List.of(command)).getFirst();
  }

  @Override
  public List<CompletionStage<Outcome>> proposeAll(List<Command> commands) {
    List<Optional<LogRefusedException>> refusals = commands.stream().map(this::refusal).toList();
    List<Command> passed = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      if (refusals.get(i).isEmpty()) {
        passed.add(commands.get(i));
      }
    }
    Iterator<CompletionStage<Outcome>> answers = log.proposeAll(passed).iterator();
    return refusals.stream()
        .map(
            refusal ->
                refusal
                    .<CompletionStage<Outcome>>map(CompletableFuture::failedFuture)
                    .orElseGet(answers::next))
        .toList();
  }

  private Optional<LogRefusedException> refusal(Command command) {
    if (takesRoom(command) && !hasRoom.getAsBoolean()) {
      return refused(Reason.DISK_FULL, "too little room is left on the disk of the data folder");
    }
    if (isOfTime(command) && !clockIsTrusted.getAsBoolean()) {
      return refused(Reason.CLOCK_JUMPED, "the clock of this machine jumped");
    }
    return Optional.empty();
  }

  private static Optional<LogRefusedException> refused(Reason reason, String message) {
    return Optional.of(new LogRefusedException(reason, message, null));
  }

  private static boolean isOfTime(Command command) {
    return switch (command) {
      case Command.AppendRecords append -> true;
      case Command.OpenSession session -> false;
      case Command.RenewState renew -> false;
      case Command.SealShard seal -> true;
      case Command.TrimShard trim -> true;
      case Command.OpenShard open -> false;
      case Command.DropShard drop -> false;
      case Command.CatalogueCommand catalogue -> false;
      case Command.ReplaceAccount account -> false;
    };
  }

  private static boolean takesRoom(Command command) {
    return switch (command) {
      case Command.OpenShard open -> true;
      case Command.AppendRecords append -> true;
      case Command.OpenSession session -> true;
      case Command.RenewState renew -> false;
      case Command.SealShard seal -> false;
      case Command.TrimShard trim -> false;
      case Command.DropShard drop -> false;
      case Command.CreateStream create -> true;
      case Command.ReplaceStream replace -> false;
      case Command.DeleteStream delete -> false;
      case Command.ReplaceAccount account -> false;
    };
  }
}
