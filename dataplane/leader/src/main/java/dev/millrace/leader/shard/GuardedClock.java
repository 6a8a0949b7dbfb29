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
 * they are. So this clock follows the wall clock only as far as {@link #check} has seen it keep
 * step with a clock that nobody sets, and goes on from there by monotonic time: a jump between two
 * checks is never visible here.
 *
 * <p>While the wall clock is out of step the clock is not trusted: nothing may be stamped and
 * nothing trimmed. It is trusted again when the wall clock is back in step; a jump that was right
 * (the clock was set) is accepted by a restart. Callable from any thread.
 */
public final class GuardedClock implements InstantSource {
  /** How far the clocks may come apart. */
  private static final Duration MAX_APART = Duration.ofSeconds(5);

  private static final Logger LOG = Logger.getLogger(GuardedClock.class);

  private final InstantSource wall;
  private final LongSupplier steadyMillis;
  private final LongSupplier nanoTime;
  private final long offsetMillis;
  private volatile Anchor anchor;
  private volatile boolean trusted = true;

  /** A moment at which the wall clock was seen in step, on both clocks. */
  private record Anchor(long wallMillis, long nanos) {}

  /**
   * A clock that trusts the wall clock as it is now.
   *
   * @param steadyMillis milliseconds since some moment, at the pace of real time
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
   * Compares the clocks now; may wait for a file. Whoever acts on a time reads it first and checks
   * afterwards.
   *
   * @return whether the clock is trusted
   */
  public boolean check() {
    boolean inStep = inStep();
    if (!inStep) {
      // The clocks are read one after the other: a pause between them is no jump.
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
              ? "the clock is back in step: writes and trimming go on"
              : "the clock jumped by more than %d s: writes are rejected and nothing is trimmed until it is back, or until a restart accepts it"
                  .formatted(MAX_APART.toSeconds()));
    }
  }

  /** What the last check found. */
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
