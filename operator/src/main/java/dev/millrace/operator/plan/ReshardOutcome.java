// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.crds.KinesisStreamStatus.HandledRequest;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.operator.observe.ObservedShard;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pass decides about the reshard of a stream.
 *
 * @param resharding the reshard in progress, or the last one if it was given up
 * @param shape the published set of shards
 * @param handled the reshardRequest that was handled last
 * @param actions in no order that matters
 * @param facts Shards whose creation or closing is known now and not in their status yet, by object
 *     name
 * @param condition the condition Resharding
 */
record ReshardOutcome(
    Optional<Resharding> resharding,
    PublishedShape shape,
    Optional<HandledRequest> handled,
    List<ReconcileAction> actions,
    Map<String, ObservedShard> facts,
    ConditionState condition) {
  ReshardOutcome {
    actions = List.copyOf(actions);
    facts = Map.copyOf(facts);
  }
}
