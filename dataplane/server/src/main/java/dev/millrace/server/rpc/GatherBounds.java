// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import java.time.Duration;

/**
 * How batches for one pod travel together.
 *
 * @param requestBytes most bytes of batches in one request, unless one alone is larger; each counts
 *     {@link #BATCH_OVERHEAD_BYTES} more than its records
 * @param requestBatches most batches in one request
 * @param requestsInFlight most requests that were sent and are not answered; all but the first are
 *     full
 * @param waitingBytes most bytes of batches that wait to be sent; above it they are refused
 * @param waitingBatches same, by number
 * @param waitingTime a batch that waited longer is refused instead of sent: who put it may have
 *     given up
 */
record GatherBounds(
    int requestBytes,
    int requestBatches,
    int requestsInFlight,
    long waitingBytes,
    int waitingBatches,
    Duration waitingTime) {
  private static final int MIB = 1 << 20;

  /** Most bytes that a batch takes in a request, or in an entry of the log, beside its records. */
  static final int BATCH_OVERHEAD_BYTES = 128;

  /**
   * Three full requests fit one entry of the pod's log, which gathers, too; the waiting time is
   * that of a write's answer.
   */
  static final GatherBounds DEFAULT =
      new GatherBounds(MIB / 2, 1_024, 4, 64L * MIB, 16_384, Duration.ofSeconds(3));

  GatherBounds {
    if (requestBytes < 1
        || requestBatches < 1
        || requestsInFlight < 1
        || waitingBytes < 1
        || waitingBatches < 1
        || waitingTime.isNegative()) {
      throw new IllegalArgumentException("bounds of gathering must be at least 1");
    }
  }
}
