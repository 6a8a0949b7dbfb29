// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.limit.LimitsProfile;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Limits whose profile can be changed for each stream while the process runs; AWS until then.
 * Callable from any thread.
 */
public final class SwitchedLimits implements ShardLimits {
  private record StreamLimits(LimitsProfile profile, ShardLimits limits) {}

  private final LongSupplier nanos;
  private final ConcurrentMap<StreamId, StreamLimits> streams = new ConcurrentHashMap<>();

  /**
   * Creates limits of profile AWS.
   *
   * @param nanos monotonic time
   */
  public SwitchedLimits(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Switches a stream to another profile and discards the counts of the old one. */
  public void profile(StreamId stream, LimitsProfile next) {
    streams.compute(
        stream, (id, was) -> was != null && was.profile() == next ? was : newLimits(next));
  }

  private StreamLimits newLimits(LimitsProfile profile) {
    return new StreamLimits(profile, profile.limits(nanos));
  }

  private ShardLimits of(ShardRef shard) {
    return streams.computeIfAbsent(shard.stream(), stream -> newLimits(LimitsProfile.AWS)).limits();
  }

  @Override
  public boolean admitWrite(ShardRef shard, long bytes) {
    return of(shard).admitWrite(shard, bytes);
  }

  @Override
  public boolean admitRead(ShardRef shard) {
    return of(shard).admitRead(shard);
  }

  @Override
  public void read(ShardRef shard, long bytes) {
    of(shard).read(shard, bytes);
  }

  @Override
  public void forget(ShardRef shard) {
    of(shard).forget(shard);
  }
}
