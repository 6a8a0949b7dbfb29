// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import java.util.List;

/**
 * The applied state of one Raft group: one family of rows for each shard, and one for the stream
 * catalogue. Each family records the last entry that it applied and skips earlier ones, so entries
 * may be replayed from any position at or before {@link #durable}.
 */
public interface ShardStore extends ShardRows {

  /**
   * Applies a committed entry. Called by one thread, in log order, with every entry after {@link
   * #durable()} at least once and possibly with earlier ones.
   *
   * @return one outcome a command, in order; {@link Outcome.Repeated} for a family that had already
   *     applied the entry
   * @throws RuntimeException when the entry could not be applied, comes from another log than the
   *     entries before it, or leaves a gap: the caller must stop the process, since skipping a
   *     committed entry would lose records
   */
  List<Outcome> apply(LogPosition at, List<Command> commands);

  /** The highest position that was applied or skipped. Callable from any thread. */
  LogPosition applied();

  /**
   * Records a position whose entry contains nothing for the store (a Raft configuration or no-op).
   * Called by the same thread as {@link #apply}.
   */
  void skip(LogPosition at);

  /**
   * The position up to which everything applied survives a crash; replay starts after it. {@link
   * LogPosition#NONE} for an empty store. Callable from any thread.
   */
  LogPosition durable();

  /**
   * Makes everything applied so far durable and returns the durable position, up to which the log
   * may be purged. Blocks on the disk. Callable from any thread except the one that applies;
   * entries may be applied, and shards dropped, meanwhile.
   *
   * @throws RuntimeException when the disk fails; then {@link #durable()} is unchanged
   */
  LogPosition flush();
}
