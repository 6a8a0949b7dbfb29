// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.leader.TestingTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The wall clock of one pod, which may be wrong and may jump. */
final class SimulatedClock implements InstantSource {
  /** Clocks that are this wrong are still in step with each other. */
  static final int MOST_SKEW_MILLIS = 2_000;

  private final TestingTime time;
  private long skewMillis;

  SimulatedClock(TestingTime time, Duration skew) {
    this.time = time;
    this.skewMillis = skew.toMillis();
  }

  void jump(Duration by) {
    skewMillis += by.toMillis();
  }

  /** Whether it is not far from the true time. */
  boolean isNearlyRight() {
    return Math.abs(skewMillis) <= MOST_SKEW_MILLIS;
  }

  /** From now on the clock is right. */
  void correct() {
    skewMillis = 0;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public long millis() {
    return time.nowMillis() + skewMillis;
  }
}
