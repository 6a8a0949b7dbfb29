// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import java.util.List;

/**
 * The shards that a pod hosts, with their settings: {@code PUT /admin/assignment}. The pod opens
 * the shards that it does not have yet and stores the settings; it never drops a shard that is
 * missing from the assignment.
 *
 * @param streamId 16 hexadecimal digits
 * @param generation of the published set of shards
 * @param retentionPeriodHours 24 .. 8760
 * @param limits {@code aws} or {@code none}
 * @param shards in the order of their ids
 */
public record PodAssignment(
    String streamId,
    long generation,
    int retentionPeriodHours,
    String limits,
    List<AssignedShard> shards) {
  public PodAssignment {
    shards = List.copyOf(shards);
  }

  /**
   * A shard to host.
   *
   * @param shardId {@code shardId-} and 12 digits
   * @param startingHashKey decimal, inclusive
   * @param endingHashKey decimal, inclusive
   * @param parentShardIds none, one (split) or two (merge)
   * @param creationSecond epoch seconds; part of its sequence numbers
   */
  public record AssignedShard(
      String shardId,
      String startingHashKey,
      String endingHashKey,
      List<String> parentShardIds,
      long creationSecond) {
    public AssignedShard {
      parentShardIds = List.copyOf(parentShardIds);
    }
  }
}
