// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

/**
 * The position of an entry in a Raft log. Positions are not {@code Comparable}, since equal indexes
 * may belong to different logs: use {@link #covers}.
 *
 * @param term the term in which the entry was written; 0 before any entry
 * @param index the entry's log index; -1 before any entry, as in Ratis
 */
public record LogPosition(long term, long index) {

  /** Before the first entry. */
  public static final LogPosition NONE = new LogPosition(0, -1);

  /**
   * Whether a state that has applied every entry up to this position has applied the given entry.
   *
   * <p>A log has one term at each index, and terms never fall along it (the Raft paper's log
   * matching property). Positions that contradict this come from different logs: the applied state
   * does not belong to this log, and the entry can neither be skipped nor applied.
   *
   * @throws IllegalStateException when both positions cannot be in the same log; the caller must
   *     stop the process
   */
  public boolean covers(LogPosition entry) {
    int byIndex = Long.compare(entry.index, index);
    int byTerm = Long.compare(entry.term, term);
    if (byIndex == 0 ? byTerm != 0 : byTerm == -byIndex) {
      throw new IllegalStateException(
          "the log diverged: the entry at %s cannot be in one log with the applied entry at %s"
              .formatted(entry, this));
    }
    return byIndex <= 0;
  }

  @Override
  public String toString() {
    return "(term " + term + ", index " + index + ")";
  }
}
