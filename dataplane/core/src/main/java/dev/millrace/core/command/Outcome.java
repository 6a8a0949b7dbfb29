package dev.millrace.core.command;

import java.util.List;

/** What applying a command came to. The same on every replica that applies it. */
public sealed interface Outcome {

  /** Done; there is nothing to tell. */
  record Done() implements Outcome {}

  /**
   * Records were appended at {@code firstPosition} and the positions after it.
   *
   * @param firstPosition the first record's position, which is the counter of its sequence number
   * @param arrivalMillis the arrival time they got, epoch milliseconds
   */
  record Appended(long firstPosition, long arrivalMillis) implements Outcome {}

  /**
   * The batch had been appended before, with this answer; nothing was appended now.
   *
   * @param firstPosition as in {@link Appended}
   * @param arrivalMillis as in {@link Appended}
   * @param throttled places in the batch of the records that were not admitted then
   */
  record AppendedBefore(long firstPosition, long arrivalMillis, List<Integer> throttled)
      implements Outcome {
    public AppendedBefore {
      throttled = List.copyOf(throttled);
    }
  }

  /**
   * Not applied now; whether it was before, nobody knows any more: the batch's session was
   * forgotten, or its number is below the session's window.
   */
  record OutsideWindow() implements Outcome {}

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
  record Sealed(long closeSecond) implements Outcome {}

  /** Not applied: the shard is not here (never opened, or dropped). */
  record NoSuchShard() implements Outcome {}

  /**
   * Not applied: the catalogue entry has another revision than the proposer saw.
   *
   * @param foundRevision the revision there; 0 when there is no entry
   */
  record RevisionConflict(long foundRevision) implements Outcome {}

  /** The family had applied this entry before a restart; its answer was given, or lost, then. */
  record Repeated() implements Outcome {}
}
