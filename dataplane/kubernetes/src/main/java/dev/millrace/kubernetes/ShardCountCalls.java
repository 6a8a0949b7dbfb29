// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When UpdateShardCount was called for a stream in the last 24 hours, kept in an annotation of its
 * object: so all gateways count alike, and a change of the manifest is not counted.
 *
 * @param seconds epoch seconds
 */
record ShardCountCalls(List<Long> seconds) {
  private static final String ANNOTATION = "millrace.dev/shard-count-calls";

  static final FieldPath ANNOTATION_PATH = FieldPath.of("metadata", "annotations", ANNOTATION);

  private static final long PERIOD_SECONDS = Duration.ofDays(1).toSeconds();

  /** Under profile {@code none} there is no limit; older ones do not matter. */
  private static final int MOST_KEPT = 32;

  ShardCountCalls {
    seconds = List.copyOf(seconds);
  }

  /** The calls that annotations tell of. Whatever is no number was not written by a gateway. */
  static ShardCountCalls of(@Nullable Map<String, String> annotations, long nowSecond) {
    String text = annotations == null ? "" : annotations.getOrDefault(ANNOTATION, "");
    List<Long> seconds = new ArrayList<>();
    for (String word : text.split(" ", -1)) {
      if (word.matches("[0-9]{1,18}") && Long.parseLong(word) > nowSecond - PERIOD_SECONDS) {
        seconds.add(Long.parseLong(word));
      }
    }
    return new ShardCountCalls(seconds);
  }

  /** The calls and one more. */
  ShardCountCalls and(long second) {
    List<Long> next = new ArrayList<>(seconds);
    next.add(second);
    return new ShardCountCalls(next.subList(Math.max(0, next.size() - MOST_KEPT), next.size()));
  }

  /** The value of the annotation. */
  String text() {
    return seconds.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
