// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.crds.ShardSpec;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which Raft group of a stream.
 *
 * @param shardSet StatefulSet whose pods have the members
 * @param number from 0
 */
public record GroupName(String shardSet, int number) implements Comparable<GroupName> {
  private static final Comparator<GroupName> ORDER =
      Comparator.comparing(GroupName::shardSet).thenComparing(GroupName::number);

  /** The group that hosts a shard; empty for a virtual shard. */
  public static Optional<GroupName> of(ShardSpec shard) {
    return Optional.ofNullable(shard.shardSet())
        .map(set -> new GroupName(set, Optional.ofNullable(shard.group()).orElse(0)));
  }

  @Override
  public int compareTo(GroupName other) {
    return ORDER.compare(this, other);
  }

  /** The name as people read and write it: that of the set, and the number after the first. */
  @Override
  public String toString() {
    return number == 0 ? shardSet : shardSet + "/" + number;
  }
}
