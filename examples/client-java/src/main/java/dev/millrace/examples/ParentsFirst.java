// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.examples;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The order in which the shards of a stream are read: when it is resharded, each shard after its
 * parents, so that records of one partition key stay in order.
 */
final class ParentsFirst {
  private final Set<String> ended = new HashSet<>();

  /** The shards to begin with: those that have no parent in the stream any more. */
  static List<String> first(KinesisClient kinesis, String stream) {
    ListShardsResponse page = kinesis.listShards(list -> list.streamName(stream));
    List<Shard> shards = new ArrayList<>(page.shards());
    while (page.nextToken() != null) {
      String token = page.nextToken();
      page = kinesis.listShards(list -> list.nextToken(token));
      shards.addAll(page.shards());
    }
    Set<String> listed = shards.stream().map(Shard::shardId).collect(Collectors.toSet());
    return shards.stream()
        .filter(shard -> shard.parentShardId() == null || !listed.contains(shard.parentShardId()))
        .filter(
            shard ->
                shard.adjacentParentShardId() == null
                    || !listed.contains(shard.adjacentParentShardId()))
        .map(Shard::shardId)
        .toList();
  }

  /**
   * The children of a shard, read to its end, that can be read now. A merged shard has two parents:
   * it is returned for the one that ends last.
   */
  synchronized List<String> after(String shard, List<ChildShard> children) {
    ended.add(shard);
    return children.stream()
        .filter(child -> ended.containsAll(child.parentShards()))
        .map(ChildShard::shardId)
        .toList();
  }
}
