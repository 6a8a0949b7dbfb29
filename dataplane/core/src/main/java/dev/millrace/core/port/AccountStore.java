// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.stream.AccountSettings;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** Where the account's settings are kept. */
public interface AccountStore {
  /** The settings as of now. Callable from any thread. */
  AccountSettings read();

  /**
   * Changes them; fails as {@link ShardLog#propose} does.
   *
   * @return the settings afterwards
   */
  CompletionStage<AccountSettings> change(UnaryOperator<AccountSettings> change);
}
