// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A link on which packets take longer, and some are lost. A connection over it loses nothing: what
 * it carries waits until the lost packet was sent again, for which the sender waits twice as long
 * each time (RFC 6298). Thread-safe.
 */
final class BadLink {
  private static final Duration RETRANSMISSION_TIMEOUT = Duration.ofMillis(200);

  /** Longer waits only show what a link that is cut off shows. */
  private static final int MOST_RETRANSMISSIONS = 5;

  private static final int PERCENT = 100;

  private final Duration delay;
  private final Duration jitter;
  private final int lossPercent;
  private final SplittableRandom random;
  private long carried;
  private long lost;

  /**
   * A bad link.
   *
   * @param delay of each packet
   * @param jitter how much more or less it may be
   * @param lossPercent how many packets of 100 are lost
   */
  BadLink(Duration delay, Duration jitter, int lossPercent, SplittableRandom random) {
    this.delay = delay;
    this.jitter = jitter;
    this.lossPercent = lossPercent;
    this.random = random;
  }

  /** How long the next packet takes. */
  synchronized Duration nextWait() {
    carried++;
    long jitterNanos = jitter.toNanos();
    Duration wait = delay.plusNanos(random.nextLong(-jitterNanos, jitterNanos + 1));
    for (int sent = 0; sent < MOST_RETRANSMISSIONS && isLost(); sent++) {
      wait = wait.plus(RETRANSMISSION_TIMEOUT.multipliedBy(1L << sent));
    }
    return wait;
  }

  private boolean isLost() {
    boolean isLost = random.nextInt(PERCENT) < lossPercent;
    lost += isLost ? 1 : 0;
    return isLost;
  }

  /** Packets that were sent, those of the second time not counted. */
  synchronized long carried() {
    return carried;
  }

  /** Packets that were lost. */
  synchronized long lost() {
    return lost;
  }
}
