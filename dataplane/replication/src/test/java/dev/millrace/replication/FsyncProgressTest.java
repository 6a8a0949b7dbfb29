// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A disk counts as stuck while entries wait for it and none is stored, and at no other time. */
class FsyncProgressTest {
  private final FsyncProgress progress = new FsyncProgress();

  private Duration waiting(long flushed, long last, int second) {
    return progress.waiting(flushed, last, Duration.ofSeconds(second).toNanos());
  }

  @Test
  void entriesThatWaitForTheSameFsync() {
    assertThat(waiting(7, 8, 10)).isZero();
    assertThat(waiting(7, 9, 12)).hasSeconds(2);
    assertThat(waiting(7, 9, 15)).hasSeconds(5);
    assertThat(waiting(9, 9, 16)).isZero();
    assertThat(waiting(9, 10, 17)).isZero();
  }

  @Test
  void aSlowDiskMakesProgress() {
    assertThat(waiting(7, 9, 10)).isZero();
    assertThat(waiting(8, 12, 12)).isZero();
    assertThat(waiting(9, 13, 14)).isZero();
  }

  @Test
  void aLogToWhichNothingIsWrittenWaitsForNothing() {
    assertThat(waiting(7, 7, 10)).isZero();
    assertThat(waiting(7, 7, 100)).isZero();
    assertThat(waiting(7, 8, 101)).isZero();
  }
}
