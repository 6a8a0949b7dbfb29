// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What failed in the last pass over each stream, for the status that the next pass writes. The
 * number of streams is bounded, so deleted streams do not accumulate. Any thread may call.
 */
final class LastPassFailures {
  /** Maximum number of streams with remembered failures. */
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
