// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.observe.ObservedShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Group and disks, as the Shards of a set record them.
 *
 * @param disks of the members, in the order of the pods
 */
record RecordedGroup(String group, List<String> disks) {
  RecordedGroup {
    disks = List.copyOf(disks);
  }

  /** What a Shard records, if it does. */
  static Optional<RecordedGroup> of(ObservedShard shard) {
    String group = shard.status().group();
    List<String> disks = shard.status().recordedDisks();
    return group == null || disks.isEmpty()
        ? Optional.empty()
        : Optional.of(new RecordedGroup(group, disks));
  }

  /** Whether these are the members of the group, in whatever order. */
  boolean isOf(List<String> members) {
    return members.size() == disks.size() && Set.copyOf(disks).equals(Set.copyOf(members));
  }

  /**
   * The record after the replacement that the group's members show and the record does not yet.
   * Only one is ever begun before it is recorded, so with more than one difference this is none.
   */
  RecordedGroup following(List<String> members) {
    List<String> gone = disks.stream().filter(disk -> !members.contains(disk)).toList();
    List<String> added = members.stream().filter(disk -> !disks.contains(disk)).toList();
    if (gone.size() != 1 || added.size() != 1) {
      return this;
    }
    List<String> next = new ArrayList<>(disks);
    next.set(disks.indexOf(gone.getFirst()), added.getFirst());
    return new RecordedGroup(group, next);
  }

  /** Writes it into a Shard. */
  ReconcileAction in(ObservedShard shard) {
    ShardStatus status = shard.status();
    return new ReconcileAction.RecordGroup(
        shard.name(),
        shard.resourceVersion(),
        status
            .withPhase(Optional.ofNullable(status.phase()).orElse(Phase.PENDING), status.message())
            .withGroup(group, disks));
  }
}
