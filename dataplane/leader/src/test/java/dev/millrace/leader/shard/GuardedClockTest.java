// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** After a jump of the wall clock nothing is stamped or trimmed, from the first moment on. */
class GuardedClockTest {
  private static final long START = 1_700_000_000_000L;

  private final AtomicLong wallMillis = new AtomicLong(START);
  private final AtomicLong steadyMillis = new AtomicLong(5_000);
  private final AtomicLong nanos = new AtomicLong(-7);
  private final GuardedClock clock =
      new GuardedClock(() -> Instant.ofEpochMilli(wallMillis.get()), steadyMillis::get, nanos::get);

  private void pass(Duration time) {
    wallMillis.addAndGet(time.toMillis());
    steadyMillis.addAndGet(time.toMillis());
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void aJumpIsNeverReadNotEvenBeforeItIsNoticed() {
    pass(Duration.ofMillis(50));
    wallMillis.addAndGet(Duration.ofDays(30).toMillis());
    assertThat(clock.millis()).isEqualTo(START + 50);
    assertThat(clock.check()).isFalse();
    assertThat(clock.isTrusted()).isFalse();
    pass(Duration.ofMillis(50));
    assertThat(clock.millis()).isEqualTo(START + 100);
  }

  @Test
  void aClockThatComesBackIsTrustedAgain() {
    wallMillis.addAndGet(-Duration.ofHours(1).toMillis());
    assertThat(clock.check()).isFalse();
    wallMillis.addAndGet(Duration.ofHours(1).toMillis());
    assertThat(clock.check()).isTrue();
    assertThat(clock.isTrusted()).isTrue();
  }

  @Test
  void smallCorrectionsOfTheWallClockAreFollowed() {
    wallMillis.addAndGet(1_200);
    assertThat(clock.millis()).isEqualTo(START);
    assertThat(clock.check()).isTrue();
    assertThat(clock.millis()).isEqualTo(START + 1_200);
    pass(Duration.ofSeconds(1));
    assertThat(clock.millis()).isEqualTo(START + 2_200);
  }

  @Test
  void aMachineThatSleptFollowsTheWallClock() {
    // Monotonic time stops while a machine sleeps; the steady clock and the wall clock do not.
    wallMillis.addAndGet(Duration.ofHours(8).toMillis());
    steadyMillis.addAndGet(Duration.ofHours(8).toMillis());
    assertThat(clock.check()).isTrue();
    assertThat(clock.millis()).isEqualTo(START + Duration.ofHours(8).toMillis());
  }
}
