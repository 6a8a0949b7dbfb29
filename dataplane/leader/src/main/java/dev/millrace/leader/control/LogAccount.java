// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.control;

import dev.millrace.core.command.Command;
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.stream.AccountSettings;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Keeps the account's settings in the Raft log. Of two concurrent changes the later one wins.
 *
 * @param log commits changes
 * @param applied the settings as of the last applied entry
 */
public record LogAccount(ShardLog log, Supplier<AccountSettings> applied) implements AccountStore {
  @Override
  public AccountSettings read() {
    return applied.get();
  }

  @Override
  public CompletionStage<AccountSettings> change(UnaryOperator<AccountSettings> change) {
    AccountSettings next = change.apply(read());
    return log.propose(new Command.ReplaceAccount(next)).thenApply(outcome -> next);
  }
}
