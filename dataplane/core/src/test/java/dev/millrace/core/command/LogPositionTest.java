// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Along one log the index rises and the term never falls; anything else comes from another log. */
class LogPositionTest {
  private static final LogPosition APPLIED = new LogPosition(5, 100);

  @ParameterizedTest
  @CsvSource({"5, 100", "5, 99", "4, 99", "1, 0"})
  void whatWasAppliedIsCovered(long term, long index) {
    assertThat(APPLIED.covers(new LogPosition(term, index))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"5, 101", "6, 101", "9, 5000"})
  void whatFollowsIsNotCovered(long term, long index) {
    assertThat(APPLIED.covers(new LogPosition(term, index))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"4, 100", "6, 100", "6, 99", "9, 0", "4, 101", "1, 5000"})
  void whatCannotBeInTheSameLogIsRejected(long term, long index) {
    assertThatThrownBy(() -> APPLIED.covers(new LogPosition(term, index)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("(term 5, index 100)")
        .hasMessageContaining("(term %d, index %d)".formatted(term, index));
  }

  @Test
  void nothingIsCoveredBeforeTheFirstEntry() {
    assertThat(LogPosition.NONE.covers(new LogPosition(1, 0))).isFalse();
    assertThat(LogPosition.NONE.covers(LogPosition.NONE)).isTrue();
  }
}
