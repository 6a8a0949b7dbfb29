// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.control;

import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.stream.AccountSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** Account settings that nobody can change: reads return the defaults and every change fails. */
public record NoAccount() implements AccountStore {
  @Override
  public AccountSettings read() {
    return AccountSettings.NONE;
  }

  @Override
  public CompletionStage<AccountSettings> change(UnaryOperator<AccountSettings> change) {
    return CompletableFuture.failedStage(
        new LogRefusedException(Reason.NOT_LEADER, "account settings are not changed here", null));
  }
}
