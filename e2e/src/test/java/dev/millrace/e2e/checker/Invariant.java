// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

/** What a history must show, whatever failed meanwhile. */
public enum Invariant {
  /** Every acknowledged record is in the final read, and so is every record that anybody read. */
  I1_NO_LOSS,
  /** Every record that was read was sent, and its put was not refused. */
  I2_NO_PHANTOM,
  /** The acknowledged records of a producer and key are in the order in which they were sent. */
  I3_KEY_ORDER,
  /** A sequence number stands for the same record for everybody and forever. */
  I4_ONE_RECORD_PER_NUMBER,
  /** Sequence numbers rise in a shard and from parent to child. */
  I5_RISING_NUMBERS,
  /** A record put after another was acknowledged has the higher sequence number in its shard. */
  I6_ACKNOWLEDGEMENT_ORDER,
  /** A record that was sent once is there once. */
  I8_NO_DOUBLE,
  /**
   * A reader receives a shard without gaps and repeats, and is told it is at the tip only there.
   */
  I9_READS_WITHOUT_GAPS,
  /** The same for a subscriber, across its subscriptions. */
  I10_EVENTS_WITHOUT_GAPS,
  /**
   * Open shards cover every hash key once, children start after the end of their parents, and
   * readers are told where shards end.
   */
  I11_RESHARD
}
