// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

import java.util.function.LongSupplier;

/** Which throughput limits the shards of a stream have. */
public enum LimitsProfile {
  /** None. */
  NONE,
  /** The service's. */
  AWS;

  /**
   * The limits themselves, with nothing counted yet.
   *
   * @param nanoTime monotonic time in nanoseconds
   */
  public ShardLimits limits(LongSupplier nanoTime) {
    return switch (this) {
      case NONE -> ShardLimits.NONE;
      case AWS -> new AwsShardLimits(nanoTime);
    };
  }
}
