// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.limit.ShardCountLimits;
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.StreamDefinition;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Who serves the control calls of a front: those that change a stream or concern an account. */
sealed interface ControlPlane {

  /**
   * The front itself.
   *
   * @param controller brings streams to the state of their entries
   * @param account settings of the account
   * @param shardCapacity most shards that can be stored behind this front
   * @param limits of the calls of UpdateShardCount for a stream
   * @param cipher knows which master keys can be used
   * @param reset deletes all data, if test suites may request that
   */
  record Here(
      StreamController controller,
      AccountStore account,
      int shardCapacity,
      Function<StreamDefinition, ShardCountLimits> limits,
      RecordCipher cipher,
      Optional<Supplier<CompletionStage<Void>>> reset)
      implements ControlPlane {}

  /**
   * Another front, which errors name.
   *
   * @param where such as the gateway and its URL
   */
  record Elsewhere(String where) implements ControlPlane {}
}
