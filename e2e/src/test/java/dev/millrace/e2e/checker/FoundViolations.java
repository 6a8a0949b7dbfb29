// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a check has found. Keeps the first of each invariant and counts the others. */
public final class FoundViolations {
  private static final int SHOWN_PER_INVARIANT = 10;

  private final Map<Invariant, List<String>> shown = new EnumMap<>(Invariant.class);
  private final Map<Invariant, Integer> counts = new EnumMap<>(Invariant.class);

  void add(Invariant invariant, String format, Object... arguments) {
    counts.merge(invariant, 1, Integer::sum);
    List<String> texts = shown.computeIfAbsent(invariant, key -> new ArrayList<>());
    if (texts.size() < SHOWN_PER_INVARIANT) {
      texts.add(format.formatted(arguments));
    }
  }

  /** The invariants that do not hold. */
  public Set<Invariant> invariants() {
    return Set.copyOf(counts.keySet());
  }

  /** How often an invariant is violated. */
  public int count(Invariant invariant) {
    return counts.getOrDefault(invariant, 0);
  }

  /** Says which records and calls are at fault; empty if there are none. */
  @Override
  public String toString() {
    StringBuilder report = new StringBuilder();
    shown.forEach(
        (invariant, texts) -> {
          report.append("%s: %d violations%n".formatted(invariant, count(invariant)));
          texts.forEach(text -> report.append("  ").append(text).append('\n'));
        });
    return report.toString();
  }
}
