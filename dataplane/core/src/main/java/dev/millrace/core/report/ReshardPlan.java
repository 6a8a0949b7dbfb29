// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A part of a reshard that depends on no other part: the shards that it closes and those that are
 * born, with the groups that host them. Each closing shard stores it with its seal, so that the
 * leaders can complete the reshard without the operator.
 *
 * @param streamId 16 hexadecimal digits
 * @param generation of the stream's set of shards, once the reshard is published
 * @param closing the shards that it closes, in the order of their ids. The leader of the first one
 *     coordinates: its seal is the point of no return, and it seals the others afterwards
 * @param born the new shards, parents before children
 */
public record ReshardPlan(
    String streamId, long generation, List<PlannedShard> closing, List<PlannedShard> born) {
  public ReshardPlan {
    DocumentField.required("streamId", streamId);
    closing = DocumentField.list("closing", closing);
    born = DocumentField.list("born", born);
    if (closing.isEmpty()) {
      throw new IllegalArgumentException("closing must have a shard, found none");
    }
  }

  /**
   * A shard of a plan.
   *
   * @param shardId {@code shardId-} and 12 digits
   * @param startingHashKey decimal, inclusive
   * @param endingHashKey decimal, inclusive
   * @param parentShardIds none, one or two
   * @param group the Raft group that hosts it, a UUID; empty for a virtual shard, which is never
   *     opened
   * @param members the pods of that group, the leader first
   */
  public record PlannedShard(
      String shardId,
      String startingHashKey,
      String endingHashKey,
      List<String> parentShardIds,
      String group,
      List<GroupMember> members) {
    public PlannedShard {
      DocumentField.required("shardId", shardId);
      DocumentField.required("startingHashKey", startingHashKey);
      DocumentField.required("endingHashKey", endingHashKey);
      DocumentField.required("group", group);
      parentShardIds = DocumentField.list("parentShardIds", parentShardIds);
      members = DocumentField.list("members", members);
    }

    /** Whether it only exists in listings. */
    boolean virtual() {
      return group.isEmpty();
    }

    /** Its id. */
    public ShardId id() {
      return DocumentField.shardId(shardId);
    }

    /** Its definition as an open shard. */
    public ShardDefinition opened(long creationSecond) {
      return new ShardDefinition(
          id(),
          DocumentField.range(startingHashKey, endingHashKey),
          DocumentField.shardIds(parentShardIds),
          creationSecond);
    }
  }

  /**
   * A pod of a group.
   *
   * @param pod its name
   * @param addresses {@code host:port} of its internal RPC, the likeliest first
   */
  public record GroupMember(String pod, List<String> addresses) {
    public GroupMember {
      DocumentField.required("pod", pod);
      addresses = DocumentField.list("addresses", addresses);
    }
  }

  /** The closing shard whose leader coordinates. */
  public PlannedShard coordinator() {
    return closing.getFirst();
  }

  /** The new shards that records are written to. */
  public List<PlannedShard> opening() {
    return born.stream().filter(shard -> !shard.virtual()).toList();
  }

  /** The groups that host shards of this plan. */
  public Set<String> groups(List<PlannedShard> shards) {
    Set<String> groups = new LinkedHashSet<>();
    shards.forEach(shard -> groups.add(shard.group()));
    return groups;
  }

  /** A reference to a shard of this plan. */
  public ShardRef ref(PlannedShard shard) {
    return new ShardRef(stream(), shard.id());
  }

  private StreamId stream() {
    return DocumentField.streamId(streamId);
  }
}
