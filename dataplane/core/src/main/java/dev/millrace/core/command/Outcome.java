// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

import java.util.List;

/** The outcome of applying a command: the same on every replica. */
public sealed interface Outcome
    permits AppendOutcome,
        SessionOutcome,
        Outcome.Done,
        Outcome.AppendedBefore,
        Outcome.Replaced,
        Outcome.RevisionConflict,
        Outcome.Repeated {

  /** Applied, with nothing to return. */
  record Done() implements Outcome {}

  /**
   * The records of a batch that were within the shard's limits were appended, at consecutive
   * positions.
   *
   * @param firstPosition the first record's position, which is the counter of its sequence number;
   *     meaningless when every record was throttled
   * @param arrivalMillis the arrival time of the records, epoch milliseconds
   * @param throttled rising indexes, from 0, of the records in the batch that exceeded the limits
   */
  record Appended(long firstPosition, long arrivalMillis, List<Integer> throttled)
      implements AppendOutcome {
    public Appended {
      throttled = List.copyOf(throttled);
    }

    /** Creates the outcome for a batch whose records were all appended. */
    public Appended(long firstPosition, long arrivalMillis) {
      this(firstPosition, arrivalMillis, List.of());
    }
  }

  /**
   * A writer's session is open.
   *
   * @param session its id in {@link BatchNumber}
   */
  record SessionOpened(long session) implements SessionOutcome {}

  /**
   * The batch was appended by an earlier command, with this answer; nothing was appended again.
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
   * Not appended by this command, and whether an earlier one appended it is unknown: the shard has
   * evicted the batch's session, or the batch is below the session's window.
   */
  record OutsideWindow() implements AppendOutcome {}

  /**
   * A catalogue entry was replaced.
   *
   * @param revision the entry's new revision
   */
  record Replaced(long revision) implements Outcome {}

  /**
   * The shard is sealed: the outcome of sealing it and of every later append.
   *
   * @param closeSecond when it was closed, epoch seconds
   */
  record Sealed(long closeSecond) implements AppendOutcome, SessionOutcome {}

  /** Not applied: the shard does not exist (it was never opened, or was dropped). */
  record NoSuchShard() implements AppendOutcome, SessionOutcome {}

  /**
   * Not applied: the catalogue entry does not have the expected revision.
   *
   * @param foundRevision the current revision; 0 when there is no entry
   */
  record RevisionConflict(long foundRevision) implements Outcome {}

  /** The family applied this entry before a restart; its outcome was returned, or lost, then. */
  record Repeated() implements Outcome {}
}
