package dev.millrace.server.routing;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * Refuses what would take room while the disk is nearly full; what gives room back passes.
 *
 * @param log the log behind
 * @param hasRoom whether more may be written
 */
public record GuardedLog(ShardLog log, BooleanSupplier hasRoom) implements ShardLog {
  @Override
  public CompletionStage<Outcome> propose(Command command) {
    return takesRoom(command) && !hasRoom.getAsBoolean()
        ? CompletableFuture.failedFuture(
            new LogRefusedException(
                Reason.DISK_FULL, "too little room is left on the disk of the data folder", null))
        : log.propose(command);
  }

  private static boolean takesRoom(Command command) {
    return switch (command) {
      case Command.OpenShard open -> true;
      case Command.AppendRecords append -> true;
      case Command.SealShard seal -> false;
      case Command.TrimShard trim -> false;
      case Command.DropShard drop -> false;
      case Command.ReplaceStream replace -> replace.expectedRevision() == 0;
      case Command.ReplaceAccount account -> false;
    };
  }
}
