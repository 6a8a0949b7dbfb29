// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import static dev.millrace.api.simulation.GroupInvariant.ARRIVALS_NEVER_FALL;
import static dev.millrace.api.simulation.GroupInvariant.CAUGHT_UP_IS_CAUGHT_UP;
import static dev.millrace.api.simulation.GroupInvariant.EVERYBODY_GETS_ON;
import static dev.millrace.api.simulation.GroupInvariant.NOTHING_IS_TRIMMED_EARLY;
import static dev.millrace.api.simulation.GroupInvariant.NO_ACKNOWLEDGED_RECORD_IS_LOST;
import static dev.millrace.api.simulation.GroupInvariant.NO_DOUBLES;
import static dev.millrace.api.simulation.GroupInvariant.NO_PHANTOM;
import static dev.millrace.api.simulation.GroupInvariant.NUMBERS_RISE_ACROSS_RESHARDS;
import static dev.millrace.api.simulation.GroupInvariant.ONE_NUMBER_IS_ONE_RECORD;
import static dev.millrace.api.simulation.GroupInvariant.ORDER_OF_ACKNOWLEDGEMENTS;
import static dev.millrace.api.simulation.GroupInvariant.ORDER_OF_A_KEY;
import static dev.millrace.api.simulation.GroupInvariant.PAGES_ARE_CONTIGUOUS;
import static dev.millrace.api.simulation.GroupInvariant.REPLICAS_AGREE;
import static dev.millrace.api.simulation.GroupInvariant.SHARDS_FOLLOW_THEIR_PARENTS;

import java.util.Set;

/** Faults that are planted to see that the simulation finds them, and by which invariants. */
enum GroupBug {
  /** A power cut takes back for whom a member voted. */
  VOTE_IS_NOT_DURABLE(REPLICAS_AGREE),
  /** A member counts what it has written as what it has fsynced. */
  WRITTEN_COUNTS_AS_FSYNCED(NO_ACKNOWLEDGED_RECORD_IS_LOST),
  /** A leader applies and answers what only it has. */
  COMMITS_BEFORE_A_MAJORITY(
      NO_ACKNOWLEDGED_RECORD_IS_LOST, ORDER_OF_ACKNOWLEDGEMENTS, ONE_NUMBER_IS_ONE_RECORD),
  /** A leader commits an entry of an earlier term once a majority has it (Raft paper, figure 8). */
  EARLIER_TERMS_ARE_COMMITTED_BY_COUNTING(REPLICAS_AGREE),
  /** A member votes for a candidate that lacks what it has. */
  VOTES_FOR_A_SHORTER_LOG(NO_ACKNOWLEDGED_RECORD_IS_LOST),
  /** A leader says that nothing follows without asking whether it was replaced. */
  READS_WITHOUT_PROOF(CAUGHT_UP_IS_CAUGHT_UP),
  /** A leader says so before it has applied what leaders before it acknowledged. */
  READS_BEFORE_ITS_FIRST_ENTRY(CAUGHT_UP_IS_CAUGHT_UP),
  /** A disk that came back empty votes and stores under the name of the lost one. */
  EMPTY_DISK_KEEPS_THE_OLD_NAME(NO_ACKNOWLEDGED_RECORD_IS_LOST),
  /** A new disk answers what is meant for the one that was in its pod before. */
  CALLS_FOR_A_LOST_DISK_ARE_ANSWERED(NO_ACKNOWLEDGED_RECORD_IS_LOST),
  /** The log is purged up to what is applied, and not to what is flushed. */
  LOG_IS_PURGED_BEFORE_THE_FLUSH(REPLICAS_AGREE, PAGES_ARE_CONTIGUOUS),
  /** A member that takes over rows from another one leaves one out. */
  CATCH_UP_MISSES_A_ROW(REPLICAS_AGREE),
  /** One replica applies a record with one bit changed. */
  ONE_REPLICA_APPLIES_ANOTHER_RECORD(REPLICAS_AGREE),
  /** A retry does not say which batch it repeats. */
  RETRY_HAS_NO_NUMBER(NO_DOUBLES),
  /** A restart forgets which batches were appended. */
  RESTART_FORGETS_SESSIONS(REPLICAS_AGREE),
  /** A shard that was flushed later than others applies again what it has. */
  RESTART_APPLIES_AGAIN(REPLICAS_AGREE),
  /** A leader that is replaced says that what it proposed was certainly not stored. */
  LOST_LEADERSHIP_IS_TAKEN_FOR_A_REFUSAL(NO_PHANTOM, NO_DOUBLES),
  /** Records arrive at the time of the leader's clock, whatever came before. */
  ARRIVAL_IS_NOT_CLAMPED(ARRIVALS_NEVER_FALL),
  /** A leader trims by its clock, whatever that says. */
  TRIMS_BY_ANY_CLOCK(NOTHING_IS_TRIMMED_EARLY),
  /** A sealed shard accepts records. */
  SEALED_SHARD_APPENDS(ORDER_OF_A_KEY),
  /** A child opens before its parents are sealed. */
  CHILD_OPENS_BEFORE_THE_SEAL(SHARDS_FOLLOW_THEIR_PARENTS),
  /** The creation second of a child is that of its leader's clock. */
  CHILD_BEGINS_BY_THE_CLOCK(NUMBERS_RISE_ACROSS_RESHARDS),
  /** A new leader does not go on with the reshards of the one before. */
  RESHARD_IS_NOT_RESUMED(EVERYBODY_GETS_ON);

  @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable.
  private final Set<GroupInvariant> violates;

  GroupBug(GroupInvariant... violates) {
    this.violates = Set.of(violates);
  }

  /** The invariants that find it. */
  Set<GroupInvariant> violates() {
    return violates;
  }
}
