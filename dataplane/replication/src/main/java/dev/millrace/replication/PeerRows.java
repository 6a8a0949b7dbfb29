// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.ShardRows.AppliedShards;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.stream.ShardRef;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Asks other members of a group for what they have applied. Who answers must be that member, with
 * its group started. Any thread may ask; stages fail if there is no answer within a bounded time,
 * or not a sound one.
 */
public interface PeerRows {

  /**
   * What a member has applied.
   *
   * @param member its id
   * @param address {@code HOST:PORT} of its internal port
   */
  CompletionStage<AppliedShards> applied(UUID member, String address);

  /** The group's configuration as a member has applied it, in the bytes in which Ratis keeps it. */
  CompletionStage<ByteBuffer> configuration(UUID member, String address);

  /**
   * Rows of a shard, checked by a digest.
   *
   * @param from the first position
   * @param maxBytes after which the page ends with the entry at hand
   * @return empty if the member does not hold the shard any more
   */
  CompletionStage<Optional<RowPage>> rows(
      UUID member, String address, ShardRef shard, long from, int maxBytes);
}
