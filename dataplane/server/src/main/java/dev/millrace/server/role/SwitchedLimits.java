package dev.millrace.server.role;

import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.server.config.ServerSettings.Limits;

/** Limits whose profile is told while the process runs. Callable from any thread. */
final class SwitchedLimits implements ShardLimits {
  private volatile Limits profile = Limits.AWS;
  private volatile ShardLimits limits = ShardLimitsOf.profile(profile);

  /** Takes another profile; the counts of the old one are forgotten. */
  synchronized void profile(Limits next) {
    if (next != profile) {
      profile = next;
      limits = ShardLimitsOf.profile(next);
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
