// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.LogPosition;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A log that is not the one whose entries a family has applied is noticed, whichever family it is.
 */
class LogContinuityTest {
  private static LogPosition at(long term, long index) {
    return new LogPosition(term, index);
  }

  @Test
  void anEntryIsComparedWithFamiliesThatItDoesNotTouch() {
    // One family was flushed at index 7, with an entry of term 2.
    LogContinuity log = new LogContinuity(at(1, 4), List.of(at(1, 3), at(2, 7)));
    log.check(at(1, 5));
    log.advance(at(1, 5));
    assertThatThrownBy(() -> log.check(at(3, 6)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("diverged");
    log.check(at(1, 6));
    log.advance(at(1, 6));
    assertThatThrownBy(() -> log.check(at(1, 7))).hasMessageContaining("diverged");
    assertThatThrownBy(() -> log.check(at(3, 7))).hasMessageContaining("diverged");
    log.check(at(2, 7));
    log.advance(at(2, 7));
    assertThat(log.applied()).isEqualTo(at(2, 7));
  }

  @Test
  void familiesFromTwoLogsAreRejected() {
    assertThatThrownBy(() -> new LogContinuity(at(1, 4), List.of(at(2, 7), at(3, 7))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new LogContinuity(at(1, 4), List.of(at(3, 7), at(2, 9))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new LogContinuity(at(2, 4), List.of(at(1, 9))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReplayMayBeginBeforeWhatIsDurableButNotLeaveOutEntries() {
    LogContinuity log = new LogContinuity(at(1, 4), List.of());
    log.check(at(1, 2));
    log.advance(at(1, 2));
    assertThat(log.applied()).isEqualTo(at(1, 4));
    assertThatThrownBy(() -> log.check(at(1, 6))).hasMessageContaining("missing");
  }
}
