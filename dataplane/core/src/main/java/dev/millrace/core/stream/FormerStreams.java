// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The creation seconds of deleted streams, so that a new stream of the same name gets a higher one
 * whatever the clock says. Sequence numbers contain the creation second: if it repeated, the new
 * stream would accept a checkpoint of the deleted one and silently skip records.
 *
 * <p>A bounded number of names is remembered individually; the highest second of the evicted names
 * is a floor for all names.
 *
 * @param lastSeconds the highest creation second that each name had, epoch seconds
 * @param floorSecond the highest creation second of the names that are no longer remembered
 */
public record FormerStreams(SortedMap<StreamName, Long> lastSeconds, long floorSecond) {
  /** No stream was deleted yet. */
  public static final FormerStreams NONE = new FormerStreams(new TreeMap<>(), -1);

  public FormerStreams {
    lastSeconds = Collections.unmodifiableSortedMap(new TreeMap<>(lastSeconds));
  }

  /** The earliest creation second that a new stream of a name may have. */
  public long earliestSecond(StreamName name) {
    return lastSeconds.getOrDefault(name, floorSecond) + 1;
  }

  /**
   * Adds a deleted stream.
   *
   * @param lastSecond the highest creation second of its shards
   * @param maxNames most names to remember individually
   */
  public FormerStreams with(StreamName name, long lastSecond, int maxNames) {
    SortedMap<StreamName, Long> next = new TreeMap<>(lastSeconds);
    next.merge(name, lastSecond, Math::max);
    long floor = floorSecond;
    while (next.size() > maxNames) {
      Map.Entry<StreamName, Long> oldest =
          Collections.min(next.entrySet(), Map.Entry.comparingByValue());
      floor = Math.max(floor, oldest.getValue());
      next.remove(oldest.getKey());
    }
    return new FormerStreams(next, floor);
  }
}
