// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.LogPosition;
import java.util.List;

/** What members of a group tell each other. Each message says whom it is for and in which term. */
sealed interface RaftMessage {
  MemberId from();

  MemberId to();

  long term();

  /** Asks for a vote, with the candidate's last entry. */
  record VoteRequest(MemberId from, MemberId to, long term, LogPosition last)
      implements RaftMessage {}

  /** Answers for whom the member voted. */
  record VoteAnswer(MemberId from, MemberId to, long term, boolean granted)
      implements RaftMessage {}

  /** Entries that follow one that the other is thought to have; none for a heartbeat. */
  record Append(
      MemberId from,
      MemberId to,
      long term,
      LogPosition previous,
      List<LogEntry> entries,
      long commit)
      implements RaftMessage {}

  /**
   * Answers an append.
   *
   * @param matches whether the logs agree up to an index, and are fsynced to there
   * @param index up to which they agree; otherwise from where to try again
   */
  record AppendAnswer(MemberId from, MemberId to, long term, boolean matches, long index)
      implements RaftMessage {}

  /** What the leader has applied, for a member that needs entries which were purged. */
  record TakeRows(
      MemberId from, MemberId to, long term, SimulatedStore.RowsTaken rows, MemberSet members)
      implements RaftMessage {}

  /** Asks which term the other is in. */
  record TermQuestion(MemberId from, MemberId to, long term, long question)
      implements RaftMessage {}

  /** Answers in which term it is. */
  record TermAnswer(MemberId from, MemberId to, long term, long question) implements RaftMessage {}
}
