// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

import java.util.function.LongSupplier;

/** The throughput limits of the shards of a stream. */
public enum LimitsProfile {
  /** No limits. */
  NONE,
  /** The service's limits. */
  AWS;

  /**
   * Creates the limits of this profile, with nothing counted yet.
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
