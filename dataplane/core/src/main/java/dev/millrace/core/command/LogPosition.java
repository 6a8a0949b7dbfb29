package dev.millrace.core.command;

/**
 * A place in a Raft log.
 *
 * @param term the term in which the entry was written; 0 before any entry
 * @param index the entry's log index; -1 before any entry, as in Ratis
 */
public record LogPosition(long term, long index) implements Comparable<LogPosition> {

  /** Before the first entry. */
  public static final LogPosition NONE = new LogPosition(0, -1);

  @Override
  public int compareTo(LogPosition other) {
    return Long.compare(index, other.index);
  }

  @Override
  public String toString() {
    return "(term " + term + ", index " + index + ")";
  }
}
