// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shard pod's report of its own state: {@code GET /admin/report}.
 *
 * @param disk the disk's id, a UUID that was generated with the data folder; another disk has
 *     another id
 * @param group the Raft group that was formed on this disk, a UUID; null if none was
 * @param leads whether the group's log accepts commands on this pod
 * @param hasRoom whether the disk has space for records
 * @param assignment the assignment that the pod received last; null before the first
 * @param shards the shards that it hosts, ordered by stream and shard
 */
public record PodReport(
    String disk,
    @Nullable String group,
    boolean leads,
    boolean hasRoom,
    @Nullable PodAssignment assignment,
    List<HostedShard> shards) {
  public PodReport {
    shards = List.copyOf(shards);
  }

  /**
   * A shard that was opened on this disk.
   *
   * @param streamId 16 hexadecimal digits
   * @param shardId {@code shardId-} and 12 digits
   * @param nextPosition the position of its next row
   * @param creationSecond epoch seconds; part of its sequence numbers
   * @param closeSecond when it was sealed, epoch seconds; null while it accepts records
   * @param empty whether certainly no record is left
   */
  public record HostedShard(
      String streamId,
      String shardId,
      long nextPosition,
      long creationSecond,
      @Nullable Long closeSecond,
      boolean empty) {}
}
