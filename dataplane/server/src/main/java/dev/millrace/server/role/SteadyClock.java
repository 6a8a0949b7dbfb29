// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A clock in milliseconds that is never set. On Linux it is the time since boot, sleep included, so
 * that a laptop that slept is not mistaken for one whose wall clock was set; elsewhere it is the
 * JVM's monotonic time.
 */
final class SteadyClock implements LongSupplier {
  private static final Path UPTIME = Path.of("/proc/uptime");

  private final boolean sinceBoot = Files.isReadable(UPTIME);

  @Override
  public long getAsLong() {
    if (!sinceBoot) {
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
    try {
      String text = Files.readString(UPTIME);
      return Math.round(Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1000);
    } catch (IOException | NumberFormatException e) {
      throw new IllegalStateException("cannot read " + UPTIME, e);
    }
  }
}
