// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import dev.millrace.core.command.LogPosition;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Checks that each entry belongs to the log whose entries the store has applied, and that none is
 * missing. A family only knows the last entry that changed it, so an entry is also compared with
 * what the other families had applied when the store was opened. The applying thread calls {@link
 * #check} and {@link #advance}; {@link #applied} may be called from any.
 */
final class LogContinuity {
  /** The last entries of the families as they were found, by index. */
  private final NavigableMap<Long, LogPosition> found = new TreeMap<>();

  private volatile LogPosition applied;

  /**
   * Starts from what was found on the disk.
   *
   * @param durable up to here every family has applied everything
   * @param families the last entry of each family
   * @throws IllegalStateException when they cannot come from one log
   */
  LogContinuity(LogPosition durable, Collection<LogPosition> families) {
    applied = durable;
    found.put(durable.index(), durable);
    for (LogPosition family : families) {
      requireOneLog(family);
      found.put(family.index(), family);
    }
  }

  /** The highest position that was applied, or the durable one. */
  LogPosition applied() {
    return applied;
  }

  /**
   * Checks the entry that is about to be applied: the next one, or one before it in a replay.
   *
   * @throws IllegalStateException when the entry is from another log, or entries before it are
   *     missing
   */
  void check(LogPosition at) {
    requireOneLog(at);
    if (!applied.covers(at) && at.index() > applied.index() + 1) {
      throw new IllegalStateException(
          "entries are missing: expected the one at index %d, found %s"
              .formatted(applied.index() + 1, at));
    }
  }

  /** Notes that an entry was applied. An entry that is replayed does not move the position back. */
  void advance(LogPosition at) {
    if (!applied.covers(at)) {
      applied = at;
    }
  }

  private void requireOneLog(LogPosition at) {
    Map.Entry<Long, LogPosition> before = found.floorEntry(at.index());
    Map.Entry<Long, LogPosition> after = found.ceilingEntry(at.index());
    if (before != null) {
      before.getValue().covers(at);
    }
    if (after != null) {
      after.getValue().covers(at);
    }
  }
}
