package dev.millrace.core.port;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import java.util.List;

/**
 * The applied state of one Raft group, as the log sees it: one family of rows for each shard, and
 * one for the stream catalogue. Each family knows the index it has applied and skips what it has,
 * so entries may be replayed from any position at or before the lowest of them.
 */
public interface ShardStore {

  /**
   * Applies a committed entry. Called by one thread, in log order, with every entry after {@link
   * #durable()} at least once and perhaps some before it.
   *
   * @return one outcome a command, in the commands' order; for a family that had the entry already,
   *     {@link Outcome.Repeated}
   * @throws RuntimeException when the entry could not be applied: the caller must stop the process,
   *     since skipping a committed entry would lose records
   */
  List<Outcome> apply(LogPosition at, List<Command> commands);

  /** The last position that {@link #apply} or {@link #skip} was called with. */
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
   * Makes everything applied so far durable and returns the position it covers: the log may be
   * purged up to there. Blocks for the time of the disk's writes; callable from any thread, also
   * while entries are applied.
   *
   * @throws RuntimeException when the disk refuses; then {@link #durable()} is unchanged
   */
  LogPosition flush();
}
