// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The calls of the last 24 hours are counted, and the annotation stays small. */
class ShardCountCallsTest {
  private static final long NOW = 1_800_000_000;
  private static final long DAY = 86_400;

  private static ShardCountCalls of(String text) {
    return ShardCountCalls.of(Map.of("millrace.dev/shard-count-calls", text), NOW);
  }

  @Test
  void onlyThoseOfTheLastDayCount() {
    assertThat(ShardCountCalls.of(null, NOW).seconds()).isEmpty();
    assertThat(of("%d %d %d".formatted(NOW - DAY, NOW - DAY + 1, NOW)).seconds())
        .containsExactly(NOW - DAY + 1, NOW);
  }

  @Test
  void whatIsNoTimeIsLeftOut() {
    assertThat(of("x %d  -1 99999999999999999999".formatted(NOW)).seconds()).containsExactly(NOW);
  }

  @Test
  void onlyTheLatestAreKept() {
    ShardCountCalls calls = of("");
    for (int call = 0; call < 100; call++) {
      calls = calls.and(NOW + call);
    }
    assertThat(calls.seconds()).hasSize(32).startsWith(NOW + 68).endsWith(NOW + 99);
    assertThat(of(calls.text())).isEqualTo(calls);
  }
}
