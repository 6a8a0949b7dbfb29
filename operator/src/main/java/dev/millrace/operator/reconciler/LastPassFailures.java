package dev.millrace.operator.reconciler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the last pass over each stream could not do, for the status that the next pass writes. Only
 * the latest are kept: streams that are gone leave nothing behind for long. Any thread.
 */
final class LastPassFailures {
  /** Streams that have trouble at a time, as far as it is remembered. */
  private static final int MOST_STREAMS = 1_000;

  private final Map<String, List<String>> byUid = new LinkedHashMap<>();

  synchronized List<String> of(String uid) {
    return byUid.getOrDefault(uid, List.of());
  }

  synchronized void put(String uid, List<String> failures) {
    byUid.remove(uid);
    if (!failures.isEmpty()) {
      byUid.put(uid, List.copyOf(failures));
    }
    if (byUid.size() > MOST_STREAMS) {
      byUid.remove(byUid.keySet().iterator().next());
    }
  }
}
