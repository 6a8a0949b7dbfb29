// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import java.util.Optional;

/** A shard set with its state. */
record EvaluatedShardSet(ShardSet set, ShardSetState state) {

  /** The loss, if there is one. A published loss remains while the pod restarts. */
  Optional<String> loss() {
    if (state instanceof ShardSetState.Lost(String message)) {
      return Optional.of(message);
    }
    return state instanceof ShardSetState.Waiting ? set.publishedLoss() : Optional.empty();
  }
}
