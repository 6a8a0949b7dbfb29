// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.stream.AccountSettings;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** Stores the account's settings. */
public interface AccountStore {
  /** The current settings. Callable from any thread. */
  AccountSettings read();

  /**
   * Changes the settings; fails as {@link ShardLog#propose} does.
   *
   * @return the settings afterwards
   */
  CompletionStage<AccountSettings> change(UnaryOperator<AccountSettings> change);
}
