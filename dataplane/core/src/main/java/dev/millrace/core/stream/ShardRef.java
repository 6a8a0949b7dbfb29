// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.shard.ShardId;

/**
 * One shard of one incarnation of a stream: a stream that is deleted and created again has another
 * {@link StreamId}, so that its shards differ from the old ones.
 */
public record ShardRef(StreamId stream, ShardId shard) {
  @Override
  public String toString() {
    return stream + "/" + shard;
  }
}
