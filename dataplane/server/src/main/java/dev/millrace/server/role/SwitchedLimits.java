package dev.millrace.server.role;

import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.server.config.ServerSettings.Limits;
import java.util.function.LongSupplier;

/** Limits whose profile is told while the process runs. Callable from any thread. */
final class SwitchedLimits implements ShardLimits {
  private final LongSupplier nanos;
  private volatile Limits profile = Limits.AWS;
  private volatile ShardLimits limits;

  /**
   * The service's limits, until another profile is told.
   *
   * @param nanos monotonic time
   */
  SwitchedLimits(LongSupplier nanos) {
    this.nanos = nanos;
    this.limits = ShardLimitsOf.profile(profile, nanos);
  }

  /** Takes another profile; the counts of the old one are forgotten. */
  synchronized void profile(Limits next) {
    if (next != profile) {
      profile = next;
      limits = ShardLimitsOf.profile(next, nanos);
    }
  }

  @Override
  public boolean admitWrite(ShardRef shard, long bytes) {
    return limits.admitWrite(shard, bytes);
  }

  @Override
  public boolean admitRead(ShardRef shard) {
    return limits.admitRead(shard);
  }

  @Override
  public void read(ShardRef shard, long bytes) {
    limits.read(shard, bytes);
  }

  @Override
  public void forget(ShardRef shard) {
    limits.forget(shard);
  }
}
