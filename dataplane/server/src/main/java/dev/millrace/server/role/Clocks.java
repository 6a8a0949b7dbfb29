// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.leader.shard.GuardedClock;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What time it is, in the three senses that a process needs.
 *
 * @param wall the time of day, which people and machines set
 * @param steadyMillis milliseconds that nobody sets, against which the wall clock is held
 * @param nanos monotonic time for rates and deadlines, as {@link System#nanoTime}
 */
public record Clocks(InstantSource wall, LongSupplier steadyMillis, LongSupplier nanos) {

  /** A clock for stamping and trimming, which trusts the wall clock as it is now. */
  GuardedClock guarded() {
    return new GuardedClock(wall, steadyMillis, nanos);
  }

  /** This machine's. */
  public static Clocks system() {
    return new Clocks(InstantSource.system(), new SteadyClock(), System::nanoTime);
  }
}
