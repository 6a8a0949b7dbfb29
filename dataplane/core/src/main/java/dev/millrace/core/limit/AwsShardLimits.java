// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

import dev.millrace.core.stream.ShardRef;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The service's limits for each shard: 1 MiB/s and 1,000 records/s in; 2 MiB/s and 5 calls/s out,
 * where a call that returned 10 MiB blocks the next 5 seconds.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html">Quotas
 *     and limits</a>
 */
public final class AwsShardLimits implements ShardLimits {
  private static final double MIB = 1 << 20;
  private static final double WRITE_BYTES = MIB;
  private static final double WRITE_RECORDS = 1000;
  private static final double READ_BYTES = 2 * MIB;
  private static final double READ_CALLS = 5;

  /** Each bucket holds one second's worth. */
  private static final class Buckets {
    private final TokenBucket writtenBytes;
    private final TokenBucket writtenRecords;
    private final TokenBucket readBytes;
    private final TokenBucket readCalls;

    Buckets(long nowNanos) {
      writtenBytes = new TokenBucket(WRITE_BYTES, WRITE_BYTES, nowNanos);
      writtenRecords = new TokenBucket(WRITE_RECORDS, WRITE_RECORDS, nowNanos);
      readBytes = new TokenBucket(READ_BYTES, READ_BYTES, nowNanos);
      readCalls = new TokenBucket(READ_CALLS, READ_CALLS, nowNanos);
    }
  }

  private final Map<ShardRef, Buckets> shards = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime monotonic time, as {@link System#nanoTime}
   */
  public AwsShardLimits(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private Buckets of(ShardRef shard, long now) {
    return shards.computeIfAbsent(shard, s -> new Buckets(now));
  }

  @Override
  public boolean admitWrite(ShardRef shard, long bytes) {
    long now = nanoTime.getAsLong();
    Buckets buckets = of(shard, now);
    synchronized (buckets) {
      boolean admitted = buckets.writtenBytes.has(bytes, now) && buckets.writtenRecords.has(1, now);
      if (admitted) {
        buckets.writtenBytes.take(bytes, now);
        buckets.writtenRecords.take(1, now);
      }
      return admitted;
    }
  }

  @Override
  public boolean admitRead(ShardRef shard) {
    long now = nanoTime.getAsLong();
    Buckets buckets = of(shard, now);
    synchronized (buckets) {
      boolean admitted = buckets.readBytes.has(0, now) && buckets.readCalls.has(1, now);
      if (admitted) {
        buckets.readCalls.take(1, now);
      }
      return admitted;
    }
  }

  @Override
  public void read(ShardRef shard, long bytes) {
    long now = nanoTime.getAsLong();
    of(shard, now).readBytes.takeWithBurst(bytes, now);
  }

  @Override
  public void forget(ShardRef shard) {
    shards.remove(shard);
  }
}
