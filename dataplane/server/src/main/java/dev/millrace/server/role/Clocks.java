// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.leader.shard.GuardedClock;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The three clocks of a process.
 *
 * @param wall the wall clock, which may be set
 * @param steadyMillis a clock that is never set, with which the wall clock is compared
 * @param nanos monotonic time for rates and deadlines, as {@link System#nanoTime}
 */
public record Clocks(InstantSource wall, LongSupplier steadyMillis, LongSupplier nanos) {

  /** Creates the clock for stamping and trimming. It trusts the current wall clock. */
  GuardedClock guarded() {
    return new GuardedClock(wall, steadyMillis, nanos);
  }

  /** The clocks of this machine. */
  public static Clocks system() {
    return new Clocks(InstantSource.system(), new SteadyClock(), System::nanoTime);
  }
}
