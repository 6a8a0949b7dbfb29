package dev.millrace.server.routing;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Whether the wall clock can be believed: it must keep step with a clock that nobody sets. A wall
 * clock that jumped would give records arrival times that later ones cannot fall below, and would
 * make records look older than they are; so while it is off, nothing is stamped and nothing is
 * trimmed. It is believed again when it is back in step; a jump that was right (the clock was set)
 * is accepted by a restart. Callable from any thread.
 */
public final class ClockGuard implements BooleanSupplier {
  /** How far the clocks may come apart. */
  private static final Duration MOST = Duration.ofSeconds(5);

  private static final Logger LOG = Logger.getLogger(ClockGuard.class);

  private final InstantSource wall;
  private final LongSupplier steadyMillis;
  private final long offsetMillis;
  private volatile boolean believed = true;

  /**
   * A guard that believes the wall clock as it is now.
   *
   * @param steadyMillis milliseconds since some moment, at the pace of real time
   */
  public ClockGuard(InstantSource wall, LongSupplier steadyMillis) {
    this.wall = wall;
    this.steadyMillis = steadyMillis;
    this.offsetMillis = wall.millis() - steadyMillis.getAsLong();
  }

  /** Whether the wall clock can be believed now. */
  @Override
  public boolean getAsBoolean() {
    long apartMillis = apartMillis();
    if (Math.abs(apartMillis) > MOST.toMillis()) {
      // The two are read one after the other: a pause between them is no jump.
      apartMillis = apartMillis();
    }
    boolean now = Math.abs(apartMillis) <= MOST.toMillis();
    if (now != believed) {
      believed = now;
      LOG.warnf(
          now
              ? "the clock is back in step (%d ms off): writes and trimming go on"
              : "the clock jumped by %d ms: writes are refused and nothing is trimmed until it is back, or until a restart accepts it",
          apartMillis);
    }
    return now;
  }

  private long apartMillis() {
    return wall.millis() - steadyMillis.getAsLong() - offsetMillis;
  }
}
