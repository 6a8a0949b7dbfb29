// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.operator.resource.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which objects were repaired a short time ago. Where another controller edits an object again and
 * again, the operator answers once in {@link #PAUSE}, not for ever. The number is bounded, so
 * deleted streams do not accumulate. Any thread may call.
 */
final class RecentRepairs {
  /** How long a repaired object is left as it is. */
  static final Duration PAUSE = Duration.ofMinutes(1);

  /** Maximum number of objects that are remembered. */
  private static final int MOST_OBJECTS = 1_000;

  private final Map<Repaired, Instant> times = new LinkedHashMap<>();

  /** An object of the stream with a uid. */
  private record Repaired(String uid, ObjectKey key) {}

  synchronized Set<ObjectKey> of(String uid, Instant now) {
    times.values().removeIf(time -> time.plus(PAUSE).isBefore(now));
    return times.keySet().stream()
        .filter(repaired -> repaired.uid().equals(uid))
        .map(Repaired::key)
        .collect(Collectors.toSet());
  }

  synchronized void put(String uid, Collection<ObjectKey> repaired, Instant now) {
    repaired.forEach(key -> times.put(new Repaired(uid, key), now));
    while (times.size() > MOST_OBJECTS) {
      times.remove(times.keySet().iterator().next());
    }
  }
}
