// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** UpdateShardCount is limited as in the service, under its profile only. */
class ShardCountLimitsTest {
  @ParameterizedTest
  @CsvSource({
    "AWS, 0, 4, 8, ''",
    "AWS, 0, 4, 9, scale up over double",
    "AWS, 0, 4, 2, ''",
    "AWS, 0, 4, 1, scale down below half",
    "AWS, 0, 5, 3, ''",
    "AWS, 0, 5, 2, scale down below half",
    "AWS, 9, 4, 5, ''",
    "AWS, 10, 4, 5, more than 10 times in 24 hours",
    "AWS, 10, 4, 4, ''",
    "NONE, 10, 4, 100, ''",
    "NONE, 10, 100, 1, ''",
  })
  void aCallIsRefusedForAReason(
      LimitsProfile profile, int calls, int open, int target, String reason) {
    String problem = new ShardCountLimits(profile, calls).problem(open, target).orElse("");
    assertThat(problem.isEmpty()).isEqualTo(reason.isEmpty());
    assertThat(problem).contains(reason);
  }
}
