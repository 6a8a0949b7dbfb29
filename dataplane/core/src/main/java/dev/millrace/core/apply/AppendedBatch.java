// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import java.util.List;

/**
 * An appended batch, as a shard remembers it to answer retries.
 *
 * @param number the batch's number in its session
 * @param firstPosition the position of the first appended record
 * @param arrivalMillis the arrival time of its records, epoch milliseconds
 * @param throttled indexes in the batch of the records that exceeded the shard's limits
 */
public record AppendedBatch(
    long number, long firstPosition, long arrivalMillis, List<Integer> throttled) {
  public AppendedBatch {
    throttled = List.copyOf(throttled);
  }
}
