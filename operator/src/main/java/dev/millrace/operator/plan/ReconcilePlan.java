// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.StreamStorageSpec;
import dev.millrace.operator.resource.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The actions for a stream, and the content of its status.
 *
 * @param storage what the StreamStorage keeps; it is written before the status, which is written
 *     before the actions; empty: it is left as it is
 * @param isShown whether the status is written; not before there is a StreamStorage
 * @param actions in no order that matters
 * @param lifecycle state in the Kinesis API; empty if the API does not show the stream
 * @param creationSecond creation second of the stream for the status, epoch seconds; empty if it is
 *     not recorded yet
 * @param openShards number of published shards that were opened and not closed
 * @param closedShards number of published shards that are closed and may have records
 * @param shards the set of shards; empty while none is published
 * @param conditions for the status
 * @param recheckAfter when to reconcile again if no event arrives before; empty for never
 */
public record ReconcilePlan(
    Optional<StreamStorageSpec> storage,
    boolean isShown,
    List<ReconcileAction> actions,
    Optional<StreamStatus> lifecycle,
    Optional<Long> creationSecond,
    int openShards,
    int closedShards,
    Optional<ReshardStatus> shards,
    StreamConditions conditions,
    Optional<Duration> recheckAfter) {
  public ReconcilePlan {
    actions = List.copyOf(actions);
  }

  /** A plan without actions, for a stream that the API does not show. */
  static ReconcilePlan rejecting(String reason, String message, Optional<Duration> recheckAfter) {
    return new ReconcilePlan(
        Optional.empty(),
        true,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        Optional.empty(),
        StreamConditions.rejected(reason, message),
        recheckAfter);
  }

  /** The same plan with more actions. */
  ReconcilePlan with(List<ReconcileAction> more) {
    List<ReconcileAction> all = new ArrayList<>(actions);
    all.addAll(more);
    return new ReconcilePlan(
        storage,
        isShown,
        all,
        lifecycle,
        creationSecond,
        openShards,
        closedShards,
        shards,
        conditions,
        recheckAfter);
  }

  /** The objects that the actions repair. */
  public List<ObjectKey> repaired() {
    return actions.stream().flatMap(action -> repaired(action).stream()).toList();
  }

  private static Optional<ObjectKey> repaired(ReconcileAction action) {
    if (action instanceof ReconcileAction.MoveLeader(var leader, var move, var group)) {
      return Optional.of(LeaderSpread.key(group));
    }
    return action instanceof ReconcileAction.ApplyResource(HasMetadata resource, boolean isRepair)
            && isRepair
        ? Optional.of(ObjectKey.of(resource))
        : Optional.empty();
  }
}
