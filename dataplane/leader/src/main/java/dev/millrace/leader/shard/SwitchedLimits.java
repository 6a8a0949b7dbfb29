// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.limit.LimitsProfile;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.stream.ShardRef;
import java.util.function.LongSupplier;

/** Limits whose profile can be changed while the process runs. Callable from any thread. */
public final class SwitchedLimits implements ShardLimits {
  private final LongSupplier nanos;
  private volatile LimitsProfile profile = LimitsProfile.AWS;
  private volatile ShardLimits limits;

  /**
   * Creates limits of profile AWS.
   *
   * @param nanos monotonic time
   */
  public SwitchedLimits(LongSupplier nanos) {
    this.nanos = nanos;
    this.limits = profile.limits(nanos);
  }

  /** Switches to another profile and discards the counts of the old one. */
  public synchronized void profile(LimitsProfile next) {
    if (next != profile) {
      profile = next;
      limits = next.limits(nanos);
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
