// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The log of one Raft group. Commands of many callers may share an entry and its fsync; each gets
 * its own outcome.
 */
public interface ShardLog {

  /**
   * Commits a command and applies it.
   *
   * <p>Callable from any thread; never blocks. The stage completes with the outcome of applying the
   * command, after a majority has fsynced the entry that holds it. Commands proposed by one thread
   * one after the other are applied in that order when both succeed. The stage completes on a
   * thread of the log, which the caller must not block.
   *
   * <p>The stage fails with {@link LogRefusedException}: its reason says whether the command was
   * certainly not applied, so that it may be proposed again, or may have been.
   */
  CompletionStage<Outcome> propose(Command command);

  /**
   * Commits commands that came together: each as by {@link #propose}, in their order, with an
   * answer of its own. A log that gathers puts them into as few entries as they fit.
   */
  default List<CompletionStage<Outcome>> proposeAll(List<Command> commands) {
    return commands.stream().map(this::propose).toList();
  }

  /**
   * Proves that this process leads the group. The stage completes when all that was acknowledged
   * before this call, by whichever leader, has been applied here; whoever reads then has seen it.
   *
   * <p>Callable from any thread; never blocks. The stage completes on a thread of the log, which
   * the caller must not block, and fails with {@link LogRefusedException} where this process does
   * not lead.
   */
  CompletionStage<Void> confirm();

  /**
   * Whether this process leads the group and has applied what its predecessors committed, as far as
   * it knows; nobody else is asked. Callable from any thread.
   */
  boolean leads();
}
