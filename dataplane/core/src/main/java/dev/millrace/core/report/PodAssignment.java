// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import dev.millrace.core.limit.LimitsProfile;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The shards that a pod hosts, with their settings: {@code PUT /admin/assignment}. The pod opens
 * the shards that it does not have yet and stores the settings; it never drops a shard that is
 * missing from the assignment, and rejects an assignment without a stream that it hosts.
 *
 * @param streams the streams of its shards; the pods of a stream host no other now
 */
public record PodAssignment(List<AssignedStream> streams) {
  public PodAssignment {
    streams = DocumentField.list("streams", streams);
  }

  /** What is assigned of a stream; it may have no shards yet. */
  public Optional<AssignedStream> stream(String streamId) {
    return streams.stream().filter(stream -> stream.streamId().equals(streamId)).findFirst();
  }

  /**
   * The shards of a stream.
   *
   * @param streamId 16 hexadecimal digits
   * @param retentionPeriodHours 24 .. 8760
   * @param limits {@code aws} or {@code none}
   * @param shards in the order of their ids
   */
  public record AssignedStream(
      String streamId, int retentionPeriodHours, String limits, List<AssignedShard> shards) {
    public AssignedStream {
      DocumentField.required("streamId", streamId);
      DocumentField.required("limits", limits);
      shards = DocumentField.list("shards", shards);
    }

    /** Its incarnation. */
    public StreamId id() {
      return DocumentField.streamId(streamId);
    }

    /** What limits its shards. */
    public LimitsProfile profile() {
      return DocumentField.constant("limits", LimitsProfile.class, limits.toUpperCase(Locale.ROOT));
    }
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
      DocumentField.required("shardId", shardId);
      DocumentField.required("startingHashKey", startingHashKey);
      DocumentField.required("endingHashKey", endingHashKey);
      parentShardIds = DocumentField.list("parentShardIds", parentShardIds);
    }

    /** The shard when it is opened. */
    public ShardDefinition opened() {
      return new ShardDefinition(
          DocumentField.shardId(shardId),
          DocumentField.range(startingHashKey, endingHashKey),
          DocumentField.shardIds(parentShardIds),
          creationSecond);
    }
  }
}
