// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

/** What holds at the end of every simulation, whatever went wrong. */
enum GroupInvariant {
  /** Every acknowledged record is in its shard under its number. */
  NO_ACKNOWLEDGED_RECORD_IS_LOST,
  /** Every record was put by a client, and was not refused for certain. */
  NO_PHANTOM,
  /**
   * The acknowledged records of a key rise in the order in which they were put, across reshards.
   */
  ORDER_OF_A_KEY,
  /** Every reader finds the same record under a number. */
  ONE_NUMBER_IS_ONE_RECORD,
  /** Numbers of children are above those of their parents. */
  NUMBERS_RISE_ACROSS_RESHARDS,
  /** Arrival times of a shard never fall. */
  ARRIVALS_NEVER_FALL,
  /** What was put after an acknowledgement has a higher number in its shard. */
  ORDER_OF_ACKNOWLEDGEMENTS,
  /** Who is told that nothing follows, or where LATEST is, has seen all acknowledged before. */
  CAUGHT_UP_IS_CAUGHT_UP,
  /** No record is stored twice. */
  NO_DOUBLES,
  /** A page contains all records between its positions. */
  PAGES_ARE_CONTIGUOUS,
  /** No record is trimmed within retention. */
  NOTHING_IS_TRIMMED_EARLY,
  /** Open shards cover every key once, and begin after their parents ended. */
  SHARDS_FOLLOW_THEIR_PARENTS,
  /** All replicas hold the same bytes, and none ended itself. */
  REPLICAS_AGREE,
  /** Once all faults end, everybody gets on: clients, reshards, members. */
  EVERYBODY_GETS_ON
}
