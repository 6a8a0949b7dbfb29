// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

import java.util.List;

/** What applying a command came to. The same on every replica that applies it. */
public sealed interface Outcome
    permits AppendOutcome,
        SessionOutcome,
        Outcome.Done,
        Outcome.AppendedBefore,
        Outcome.Replaced,
        Outcome.RevisionConflict,
        Outcome.Repeated {

  /** Done, with nothing to return. */
  record Done() implements Outcome {}

  /**
   * Those records of a batch that the shard's limits admitted were appended, one after the other.
   *
   * @param firstPosition the first record's position, which is the counter of its sequence number;
   *     without meaning when no record was admitted
   * @param arrivalMillis the arrival time of all of them, epoch milliseconds
   * @param throttled indexes in the batch, from 0 and rising, of the records that were not admitted
   */
  record Appended(long firstPosition, long arrivalMillis, List<Integer> throttled)
      implements AppendOutcome {
    public Appended {
      throttled = List.copyOf(throttled);
    }

    /** All records of the batch were appended. */
    public Appended(long firstPosition, long arrivalMillis) {
      this(firstPosition, arrivalMillis, List.of());
    }
  }

  /**
   * A writer's session is open.
   *
   * @param session its name in {@link BatchNumber}
   */
  record SessionOpened(long session) implements SessionOutcome {}

  /**
   * The batch had been appended before, with this answer; nothing was appended now.
   *
   * @param firstPosition as in {@link Appended}
   * @param arrivalMillis as in {@link Appended}
   * @param throttled as in {@link Appended}
   */
  record AppendedBefore(long firstPosition, long arrivalMillis, List<Integer> throttled)
      implements Outcome {
    public AppendedBefore {
      throttled = List.copyOf(throttled);
    }
  }

  /**
   * Not appended now; whether it was before is no longer known: the shard forgot the batch's
   * session, or the number is below the session's window.
   */
  record OutsideWindow() implements AppendOutcome {}

  /**
   * A catalogue entry was replaced.
   *
   * @param revision the entry's revision now
   */
  record Replaced(long revision) implements Outcome {}

  /**
   * The shard is sealed: the answer to sealing it, and to appending to it afterwards.
   *
   * @param closeSecond when it was closed, epoch seconds
   */
  record Sealed(long closeSecond) implements AppendOutcome, SessionOutcome {}

  /** Not applied: the shard is not here (never opened, or dropped). */
  record NoSuchShard() implements AppendOutcome, SessionOutcome {}

  /**
   * Not applied: the catalogue entry has another revision than the proposer saw.
   *
   * @param foundRevision the revision there; 0 when there is no entry
   */
  record RevisionConflict(long foundRevision) implements Outcome {}

  /** The family had applied this entry before a restart; its answer was given, or lost, then. */
  record Repeated() implements Outcome {}
}
