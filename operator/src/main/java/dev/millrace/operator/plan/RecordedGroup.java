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
import java.util.function.Function;

/**
 * Group and disks, as the Shards of a set record them.
 *
 * @param disks of the members, in the order of the pods; {@link #VACANT} where a pod has no member,
 *     since a loss was accepted
 */
record RecordedGroup(String group, List<String> disks) {
  /** In the place of a disk. */
  static final String VACANT = "none";

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

  /** The disks of the members. */
  List<String> members() {
    return disks.stream().filter(disk -> !disk.equals(VACANT)).toList();
  }

  /** Whether a pod has no member. */
  boolean isVacant(int ordinal) {
    return disks.get(ordinal).equals(VACANT);
  }

  /** Whether these are the members of the group, in whatever order. */
  boolean isOf(List<String> some) {
    return some.size() == members().size() && Set.copyOf(members()).equals(Set.copyOf(some));
  }

  /**
   * The record after the change that the group's members show and the record does not yet: one was
   * replaced, one was added, or all but one were given up. Only one is ever begun before it is
   * recorded, so with any other difference this is none.
   *
   * @param ordinalOf the pod that has a disk
   */
  RecordedGroup following(List<String> some, Function<String, Optional<Integer>> ordinalOf) {
    List<String> gone = members().stream().filter(disk -> !some.contains(disk)).toList();
    List<String> added = some.stream().filter(disk -> !disks.contains(disk)).toList();
    List<String> next = new ArrayList<>(disks);
    if (added.isEmpty()) {
      gone.forEach(disk -> next.set(disks.indexOf(disk), VACANT));
    } else if (added.size() == 1 && gone.size() == 1) {
      next.set(disks.indexOf(gone.getFirst()), added.getFirst());
    } else if (added.size() == 1 && gone.isEmpty()) {
      ordinalOf
          .apply(added.getFirst())
          .filter(this::isVacant)
          .ifPresent(ordinal -> next.set(ordinal, added.getFirst()));
    }
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
