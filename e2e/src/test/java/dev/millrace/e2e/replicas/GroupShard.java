// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A shard of a {@link GroupStream}, as the operator describes it.
 *
 * @param index of its id
 * @param first hash key
 * @param last hash key
 * @param parents their indexes
 * @param creationSecond epoch seconds
 * @param set the shard set whose pods host it
 */
record GroupShard(
    int index,
    BigInteger first,
    BigInteger last,
    List<Integer> parents,
    long creationSecond,
    String set) {
  GroupShard {
    parents = List.copyOf(parents);
  }

  static String id(int index) {
    return "shardId-%012d".formatted(index);
  }

  String id() {
    return id(index);
  }

  /** The same shard, once it is known when it was opened. */
  GroupShard createdAt(long second) {
    return new GroupShard(index, first, last, parents, second, set);
  }

  /** Its place in the stream. */
  Map<String, Object> definition() {
    Map<String, Object> shard = new HashMap<>();
    shard.put("shardId", id());
    shard.put("startingHashKey", first.toString());
    shard.put("endingHashKey", last.toString());
    shard.put("parentShardIds", parents.stream().map(GroupShard::id).toList());
    return shard;
  }

  /** The same as pods are to host it. */
  Map<String, Object> assigned() {
    Map<String, Object> shard = definition();
    shard.put("creationSecond", creationSecond);
    return shard;
  }

  /** The same as fronts are to list it. */
  Map<String, Object> listed() {
    Map<String, Object> shard = assigned();
    shard.put("shardSet", set);
    return shard;
  }
}
