// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import java.util.Map;
import java.util.TreeMap;

/**
 * Asks a group to do its part of a reshard: {@code POST /admin/reshard}. The operator sends the
 * first one, without proofs, to the coordinator; the coordinator sends all others. Idempotent. A
 * group other than the coordinator's does nothing for a step without proofs: it is asked whether it
 * is there.
 *
 * @param plan what is to be done
 * @param sealed proofs: when each closing shard was sealed, epoch seconds by shard id, as far as
 *     the sender knows. A group seals its closing shards if the coordinator's proof is there, and
 *     opens its new shards if all proofs are
 * @param opened whether all new shards are open, so that writers may be sent to them
 */
public record ReshardStep(ReshardPlan plan, Map<String, Long> sealed, boolean opened) {
  public ReshardStep {
    DocumentField.required("plan", plan);
    sealed = Map.copyOf(DocumentField.required("sealed", sealed));
  }

  /** Whether all closing shards are sealed. */
  public boolean allSealed() {
    return plan.closing().stream().allMatch(shard -> sealed.containsKey(shard.shardId()));
  }

  /**
   * The creation second of the new shards: after the last seal of all, so that at any time every
   * hash key belongs to exactly one shard.
   */
  public long creationSecond() {
    return sealed.values().stream().mapToLong(Long::longValue).max().orElseThrow() + 1;
  }

  /** The same step with more proofs. */
  public ReshardStep with(Map<String, Long> more) {
    Map<String, Long> all = new TreeMap<>(sealed);
    all.putAll(more);
    return new ReshardStep(plan, all, opened);
  }
}
