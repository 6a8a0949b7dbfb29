// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import java.util.List;

/**
 * A batch that was appended, as a shard remembers it to answer repeats.
 *
 * @param number the batch's number in its session
 * @param firstPosition the position of the first record that was appended
 * @param arrivalMillis the arrival time of all of them, epoch milliseconds
 * @param throttled indexes in the batch of the records that the shard's limits did not admit
 */
public record AppendedBatch(
    long number, long firstPosition, long arrivalMillis, List<Integer> throttled) {
  public AppendedBatch {
    throttled = List.copyOf(throttled);
  }
}
