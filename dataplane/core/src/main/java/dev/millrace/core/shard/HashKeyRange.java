// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.shard;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;

/**
 * The hash keys of one shard, both ends inclusive.
 *
 * @param starting the lowest key
 * @param ending the highest key, not below {@code starting}
 */
public record HashKeyRange(HashKey starting, HashKey ending) {

  /** All hash keys. */
  public static final HashKeyRange ALL = new HashKeyRange(HashKey.MIN, HashKey.MAX);

  public HashKeyRange {
    if (starting.compareTo(ending) > 0) {
      throw new IllegalArgumentException(
          "hash key range: starting key " + starting + " is above ending key " + ending);
    }
  }

  /** Whether the key lies in this range. */
  public boolean contains(HashKey key) {
    return starting.compareTo(key) <= 0 && key.compareTo(ending) <= 0;
  }

  /** Whether another range begins where this one ends, or ends where this one begins. */
  public boolean isAdjacentTo(HashKeyRange other) {
    return isFollowedBy(other) || other.isFollowedBy(this);
  }

  private boolean isFollowedBy(HashKeyRange other) {
    return !ending.equals(HashKey.MAX)
        && starting.compareTo(other.starting) < 0
        && other.starting.previous().equals(ending);
  }

  /** Whether every key of another range lies in this one. */
  public boolean containsAll(HashKeyRange other) {
    return contains(other.starting) && contains(other.ending);
  }

  /**
   * The ranges between boundaries.
   *
   * @param startingKeys the first key of each range, {@link HashKey#MIN} among them
   */
  public static List<HashKeyRange> startingAt(NavigableSet<HashKey> startingKeys) {
    List<HashKeyRange> ranges = new ArrayList<>(startingKeys.size());
    for (HashKey starting : startingKeys) {
      HashKey next = startingKeys.higher(starting);
      ranges.add(new HashKeyRange(starting, next == null ? HashKey.MAX : next.previous()));
    }
    return List.copyOf(ranges);
  }

  /**
   * Divides all hash keys as the service does for a new stream: into {@code count} ranges of
   * floor(2^128 / count) keys, the last of which also contains the remainder.
   *
   * @param count at least 1
   */
  public static List<HashKeyRange> uniform(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("shard count must be at least 1, found " + count);
    }
    BigInteger step = BigInteger.ONE.shiftLeft(128).divide(BigInteger.valueOf(count));
    List<HashKeyRange> ranges = new ArrayList<>(count);
    HashKey starting = HashKey.MIN;
    for (int i = 1; i < count; i++) {
      HashKey next = HashKey.of(step.multiply(BigInteger.valueOf(i)));
      ranges.add(new HashKeyRange(starting, next.previous()));
      starting = next;
    }
    ranges.add(new HashKeyRange(starting, HashKey.MAX));
    return List.copyOf(ranges);
  }
}
