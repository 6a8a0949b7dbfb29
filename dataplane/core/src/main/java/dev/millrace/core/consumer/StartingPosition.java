// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.consumer;

import dev.millrace.core.shard.SequenceNumber;

/**
 * The position at which a reader starts.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartingPosition.html">StartingPosition</a>
 */
public sealed interface StartingPosition {
  /** The oldest retained record. */
  record TrimHorizon() implements StartingPosition {}

  /** After the newest record: only records that are put from now on. */
  record Latest() implements StartingPosition {}

  /** The record with this number, or the first after it. */
  record AtSequenceNumber(SequenceNumber number) implements StartingPosition {}

  /** The first record above this number. */
  record AfterSequenceNumber(SequenceNumber number) implements StartingPosition {}

  /**
   * The first record that arrived at or after a time.
   *
   * @param epochMillis milliseconds
   */
  record AtTimestamp(long epochMillis) implements StartingPosition {}
}
