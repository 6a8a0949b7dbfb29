// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import java.util.List;

/**
 * The applied state of one Raft group: one family of rows for each shard, and one for the stream
 * catalogue. Each family records the entry that it applied last and skips what it has, so entries
 * may be replayed from any position at or before {@link #durable}.
 */
public interface ShardStore {

  /**
   * Applies a committed entry. Called by one thread, in log order, with every entry after {@link
   * #durable()} at least once and perhaps some before it.
   *
   * @return one outcome a command, in the commands' order; for a family that had the entry already,
   *     {@link Outcome.Repeated}
   * @throws RuntimeException when the entry could not be applied, is from another log than what was
   *     applied before, or follows a gap: the caller must stop the process, since skipping a
   *     committed entry would lose records
   */
  List<Outcome> apply(LogPosition at, List<Command> commands);

  /** The highest position that was applied or skipped. Callable from any thread. */
  LogPosition applied();

  /**
   * Notes a position whose entry holds nothing for the store (a Raft configuration or no-op). Same
   * thread as {@link #apply}.
   */
  void skip(LogPosition at);

  /**
   * The position up to which everything applied survives a crash; replay starts after it. {@link
   * LogPosition#NONE} for an empty store. Callable from any thread.
   */
  LogPosition durable();

  /**
   * Makes everything that is applied now durable, and returns the position that is durable then:
   * the log may be purged up to there. Blocks for the time of the disk's writes. Callable from any
   * thread but the one that applies, which is not held up: entries are applied meanwhile, and a
   * shard that is flushed may be dropped.
   *
   * @throws RuntimeException when the disk fails; then {@link #durable()} is unchanged
   */
  LogPosition flush();
}
