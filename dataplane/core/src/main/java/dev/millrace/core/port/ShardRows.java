// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.command.LogPosition;
import dev.millrace.core.stream.ShardRef;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rows of shards as they are stored, by which a member of a group takes over what another one
 * has applied. Rows are only ever appended and are the same on all members, so a member needs those
 * after its own last one.
 */
public interface ShardRows {

  /**
   * A row.
   *
   * @param position of its first record, or its own
   * @param bytes as stored; a view that must not be changed
   */
  record StoredRow(long position, ByteBuffer bytes) {}

  /**
   * Consecutive rows of a shard, of whole entries: a member that has a part of an entry would take
   * it for applied.
   *
   * @param rows in the order of their positions; rows that were trimmed are missing
   * @param next the position after them
   * @param isLast whether the shard had no more rows
   */
  record RowPage(List<StoredRow> rows, long next, boolean isLast) {
    public RowPage {
      rows = List.copyOf(rows);
    }
  }

  /**
   * What a member has applied.
   *
   * @param at up to which entry, at least; shards may be ahead of it
   * @param shards that it holds
   */
  record AppliedShards(LogPosition at, List<ShardRef> shards) {
    public AppliedShards {
      shards = List.copyOf(shards);
    }
  }

  /** What is applied here. What was applied before this call is in the rows that are read later. */
  AppliedShards appliedShards();

  /**
   * Reads rows. Blocks on the disk.
   *
   * @param from the first position
   * @param maxBytes after which the page ends with the entry at hand
   * @return empty if the shard is not held
   */
  Optional<RowPage> rows(ShardRef shard, long from, int maxBytes);

  /** The position after the last row of a shard; 0 if it is not held. */
  long nextRow(ShardRef shard);

  /**
   * Stores rows that another member has applied, all of them or none. Only while nothing is applied
   * or read here.
   *
   * @throws dev.millrace.core.apply.ReplicasDifferException if they do not continue the rows that
   *     are here
   */
  void takeRows(ShardRef shard, List<StoredRow> rows);

  /**
   * Ends the taking of rows: what is applied here is what the other member had applied at a
   * position, and is durable.
   *
   * @param shards that the other member held; others are dropped
   * @throws RuntimeException if the rows are not those of whole shards
   */
  void tookAll(LogPosition at, Set<ShardRef> shards);
}
