// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * The time of day, guarded against a wall clock that jumps. A wall clock that jumped would give
 * records arrival times that later ones cannot fall below, and would make records look older than
 * they are. So this clock follows the wall clock only up to the last {@link #check} that found it
 * in step with a steady clock, and continues from there by monotonic time: a jump between two
 * checks is never visible.
 *
 * <p>While the wall clock is out of step, the clock is not trusted: nothing may be stamped or
 * trimmed. It is trusted again when the wall clock is back in step. A restart accepts a deliberate
 * change of the wall clock. Callable from any thread.
 */
public final class GuardedClock implements InstantSource {
  /** How far the clocks may differ. */
  private static final Duration MAX_APART = Duration.ofSeconds(5);

  private static final Logger LOG = Logger.getLogger(GuardedClock.class);

  private final InstantSource wall;
  private final LongSupplier steadyMillis;
  private final LongSupplier nanoTime;
  private final long offsetMillis;
  private volatile Anchor anchor;
  private volatile boolean trusted = true;

  /** The readings of both clocks when the wall clock was last found in step. */
  private record Anchor(long wallMillis, long nanos) {}

  /**
   * Creates a clock that trusts the current wall clock.
   *
   * @param steadyMillis milliseconds since an arbitrary origin, at the rate of real time
   * @param nanoTime monotonic time, as {@link System#nanoTime}; cheap to read
   */
  public GuardedClock(InstantSource wall, LongSupplier steadyMillis, LongSupplier nanoTime) {
    this.wall = wall;
    this.steadyMillis = steadyMillis;
    this.nanoTime = nanoTime;
    this.offsetMillis = wall.millis() - steadyMillis.getAsLong();
    this.anchor = new Anchor(wall.millis(), nanoTime.getAsLong());
  }

  /**
   * Compares the clocks now; may block on reading a file. To act on a time, read it first and check
   * afterwards.
   *
   * @return whether the clock is trusted
   */
  public boolean check() {
    boolean inStep = inStep();
    if (!inStep) {
      // The clocks are read one after the other, so a pause between them looks like a jump.
      inStep = inStep();
    }
    trust(inStep);
    return inStep;
  }

  private boolean inStep() {
    long wallMillis = wall.millis();
    long nanos = nanoTime.getAsLong();
    long apartMillis = wallMillis - steadyMillis.getAsLong() - offsetMillis;
    boolean inStep = Math.abs(apartMillis) <= MAX_APART.toMillis();
    if (inStep) {
      anchor = new Anchor(wallMillis, nanos);
    }
    return inStep;
  }

  private void trust(boolean now) {
    if (now != trusted) {
      trusted = now;
      LOG.warn(
          now
              ? "the clock is back in step: writes and trimming continue"
              : "the clock jumped by more than %d s: writes are rejected and nothing is trimmed until it is back, or until a restart accepts it"
                  .formatted(MAX_APART.toSeconds()));
    }
  }

  /** The result of the last check. */
  public boolean isTrusted() {
    return trusted;
  }

  @Override
  public long millis() {
    Anchor from = anchor;
    return from.wallMillis() + TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - from.nanos());
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }
}
