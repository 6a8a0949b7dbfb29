// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.LogPosition;
import java.util.ArrayList;
import java.util.List;

/** The entries of one member's log, without those that were purged. Indexes begin at 1. */
final class SimulatedLog {
  private LogPosition base;
  private MemberSet baseMembers;
  private final List<LogEntry> entries;

  private SimulatedLog(LogPosition base, MemberSet baseMembers, List<LogEntry> entries) {
    this.base = base;
    this.baseMembers = baseMembers;
    this.entries = new ArrayList<>(entries);
  }

  /** A log that contains nothing yet. */
  SimulatedLog(MemberSet formedOf) {
    this(new LogPosition(0, 0), formedOf, List.of());
  }

  SimulatedLog copy() {
    return new SimulatedLog(base, baseMembers, entries);
  }

  /** The position before the first entry that is still here. */
  LogPosition base() {
    return base;
  }

  LogPosition last() {
    return entries.isEmpty() ? base : entries.getLast().at();
  }

  long lastIndex() {
    return last().index();
  }

  /** The term of the entry at an index; -1 where there is none, or where it was purged. */
  long termAt(long index) {
    if (index == base.index()) {
      return base.term();
    }
    return index < base.index() || index > lastIndex() ? -1 : entry(index).term();
  }

  LogEntry entry(long index) {
    return entries.get((int) (index - base.index() - 1));
  }

  /** Up to {@code most} entries from an index on. */
  List<LogEntry> from(long index, int most) {
    int first = (int) (index - base.index() - 1);
    return List.copyOf(
        entries.subList(Math.min(first, entries.size()), Math.min(first + most, entries.size())));
  }

  void append(LogEntry entry) {
    if (entry.index() != lastIndex() + 1) {
      throw new IllegalStateException("%s cannot follow %s".formatted(entry.at(), last()));
    }
    entries.add(entry);
  }

  /** Drops the entries from an index on. */
  void truncateFrom(long index) {
    entries.subList((int) (index - base.index() - 1), entries.size()).clear();
  }

  /** Drops the entries up to an index. */
  void purgeTo(long index) {
    if (index > base.index()) {
      MemberSet members = membersAt(index);
      LogPosition at = entry(index).at();
      entries.subList(0, (int) (index - base.index())).clear();
      base = at;
      baseMembers = members;
    }
  }

  /** Drops all entries up to a position that was taken over, and later ones of another history. */
  void resetTo(LogPosition at, MemberSet members) {
    List<LogEntry> later =
        termAt(at.index()) == at.term() ? from(at.index() + 1, entries.size()) : List.of();
    entries.clear();
    entries.addAll(later);
    base = at;
    baseMembers = members;
  }

  /** The members as the newest entry that names them says, committed or not. */
  MemberSet members() {
    return membersAt(lastIndex());
  }

  MemberSet membersAt(long index) {
    for (long at = index; at > base.index(); at--) {
      if (entry(at).content() instanceof LogEntry.Content.Members(MemberSet members)) {
        return members;
      }
    }
    return baseMembers;
  }
}
