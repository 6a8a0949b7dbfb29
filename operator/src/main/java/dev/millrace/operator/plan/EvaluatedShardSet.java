package dev.millrace.operator.plan;

import java.util.Optional;

/** A shard set with the state that it was found in. */
record EvaluatedShardSet(ShardSet set, ShardSetState state) {

  /**
   * What was lost, if something was; a published loss is not forgotten because the pod restarts.
   */
  Optional<String> loss() {
    if (state instanceof ShardSetState.Lost(String message)) {
      return Optional.of(message);
    }
    return state instanceof ShardSetState.Waiting ? set.publishedLoss() : Optional.empty();
  }
}
