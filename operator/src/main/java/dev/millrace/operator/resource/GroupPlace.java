// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import org.jspecify.annotations.Nullable;

/**
 * The place of a shard among the Raft groups of its set, as its spec has it. A set has as many
 * groups as pods, if it has as many shards, so that each pod can lead one
 * (docs/adr/0030-groups-of-a-set.md).
 *
 * @param group from 0; null if the set has one group
 * @param groups of the set; null for one
 */
record GroupPlace(@Nullable Integer group, @Nullable Integer groups) {
  /** In a set with one group. */
  static final GroupPlace ONLY = new GroupPlace(null, null);

  /**
   * The place of a shard that is packed with others.
   *
   * @param most groups of each set: the number of its pods
   * @param perPod most shards of a set
   * @param count how many shards are packed, into one set after the other
   * @param index of the shard among them, from 0
   */
  static GroupPlace of(int most, int perPod, int count, int index) {
    int inSet = index % perPod;
    int size = Math.min(perPod, count - (index - inSet));
    int groups = Math.min(most, size);
    // One after the other, since neighbours in the order of hash keys are split and merged.
    return groups == 1 ? ONLY : new GroupPlace(inSet % groups, groups);
  }
}
