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
 * Rejects commands that need disk space while the disk is nearly full, and commands that depend on
 * the time while the clock is not trusted. Commands that free space are accepted.
 *
 * @param log the underlying log
 * @param hasSpace whether the disk has enough space
 * @param clockIsTrusted whether the clock is trusted
 */
public record GuardedLog(ShardLog log, BooleanSupplier hasSpace, BooleanSupplier clockIsTrusted)
    implements ShardLog {
  @Override
  public CompletionStage<Outcome> propose(Command command) {
    return proposeAll(List.of(command)).getFirst();
  }

  @Override
  public List<CompletionStage<Outcome>> proposeAll(List<Command> commands) {
    List<Optional<LogRefusedException>> rejections =
        commands.stream().map(this::rejection).toList();
    List<Command> passed = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      if (rejections.get(i).isEmpty()) {
        passed.add(commands.get(i));
      }
    }
    Iterator<CompletionStage<Outcome>> answers = log.proposeAll(passed).iterator();
    return rejections.stream()
        .map(
            rejection ->
                rejection
                    .<CompletionStage<Outcome>>map(CompletableFuture::failedFuture)
                    .orElseGet(answers::next))
        .toList();
  }

  @Override
  public CompletionStage<Void> confirm() {
    return log.confirm();
  }

  @Override
  public boolean leads() {
    return log.leads();
  }

  private Optional<LogRefusedException> rejection(Command command) {
    if (!log.leads()) {
      // The log says so itself, and the caller then asks the member that leads.
      return Optional.empty();
    }
    if (needsSpace(command) && !hasSpace.getAsBoolean()) {
      return rejected(
          Reason.DISK_FULL, "too little space is left on the disk of this or another replica");
    }
    if (dependsOnTime(command) && !clockIsTrusted.getAsBoolean()) {
      return rejected(
          Reason.CLOCK_JUMPED, "this machine's clock jumped, or differs from the others'");
    }
    return Optional.empty();
  }

  private static Optional<LogRefusedException> rejected(Reason reason, String message) {
    return Optional.of(new LogRefusedException(reason, message, null));
  }

  private static boolean dependsOnTime(Command command) {
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

  private static boolean needsSpace(Command command) {
    return switch (command) {
      case Command.OpenShard open -> true;
      case Command.AppendRecords append -> true;
      case Command.OpenSession session -> true;
      // Without a digest it rehearses the opening of a shard, which needs space.
      case Command.RenewState renew -> renew.leaders().isEmpty();
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
