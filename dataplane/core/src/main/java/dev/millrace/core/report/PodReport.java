// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a shard pod says of itself: {@code GET /admin/report}.
 *
 * @param disk the disk's id, a UUID that was made when its data folder was; another id is another
 *     disk
 * @param group the Raft group that was formed on this disk, a UUID; null: none was
 * @param leads whether the group's log takes commands here now
 * @param hasRoom whether the disk takes records
 * @param assignment what the pod was last told to host; null: nothing yet
 * @param shards what it hosts, in the order of stream and shard
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
   * @param nextPosition the position that its next row takes
   */
  public record HostedShard(String streamId, String shardId, long nextPosition) {}
}
