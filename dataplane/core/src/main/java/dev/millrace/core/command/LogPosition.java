// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

/**
 * The place of an entry in a Raft log. Positions have no order of their own, since an index alone
 * does not tell two logs apart: ask {@link #covers}.
 *
 * @param term the term in which the entry was written; 0 before any entry
 * @param index the entry's log index; -1 before any entry, as in Ratis
 */
public record LogPosition(long term, long index) {

  /** Before the first entry. */
  public static final LogPosition NONE = new LogPosition(0, -1);

  /**
   * Whether a state that has applied every entry up to this one has applied another entry.
   *
   * <p>A log has one term at each index, and terms never fall along it (the Raft paper's log
   * matching property). Two positions that break this come from two logs: what was applied here is
   * not what the log holds, and neither skipping nor applying the entry would be right.
   *
   * @throws IllegalStateException when both cannot be in one log; the caller must stop the process
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
