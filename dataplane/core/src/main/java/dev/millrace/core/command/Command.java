// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.AccountSettings;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import java.util.List;
import java.util.Optional;

/**
 * One thing to do, as it stands in the log. What the world gives (arrival time, creation second) is
 * in the command; what follows from state (sequence numbers, revisions) is left to apply.
 */
public sealed interface Command {

  /** A command for the family of one shard. */
  sealed interface ShardCommand extends Command {
    /** The shard. */
    ShardRef shard();
  }

  /**
   * Opens a shard: its family is made and takes records. Applied again it does nothing.
   *
   * @param range the shard's hash keys
   * @param parents none for a shard of a new stream; one after a split, two after a merge
   * @param creationSecond epoch seconds, 0 .. 2^36-1: stands in every sequence number of the shard
   */
  record OpenShard(ShardRef shard, HashKeyRange range, List<ShardId> parents, long creationSecond)
      implements ShardCommand {
    public OpenShard {
      parents = List.copyOf(parents);
      if (parents.size() > 2) {
        throw new IllegalArgumentException("a shard has at most 2 parents, found " + parents);
      }
    }
  }

  /**
   * Appends records to a shard. All of them get one arrival time and consecutive sequence numbers.
   *
   * @param arrivalMillis epoch milliseconds, stamped by the shard's leader; apply clamps it so that
   *     it never falls within a shard
   * @param batch by which a repeat is recognised and answered as the first time; {@link
   *     BatchNumber#NONE} for a batch that is never sent twice
   * @param throttled places, in what the writer sent, of the records that the shard's limits did
   *     not admit and that are not in {@code records}: part of the answer, also to a repeat
   * @param records at least one
   */
  record AppendRecords(
      ShardRef shard,
      long arrivalMillis,
      BatchNumber batch,
      List<Integer> throttled,
      RecordBatch records)
      implements ShardCommand {
    public AppendRecords {
      throttled = List.copyOf(throttled);
    }
  }

  /**
   * Opens a session for a writer.
   *
   * @param session its name, drawn by the leader for this call alone: at least 1
   * @param sessions how many the shard remembers, this one included: those unused for longest are
   *     forgotten
   */
  record OpenSession(ShardRef shard, long session, int sessions) implements ShardCommand {}

  /**
   * Writes the shard's state as a row of its own, so that a restart reads only what comes after it.
   */
  record RenewState(ShardRef shard) implements ShardCommand {}

  /**
   * Seals a shard: it takes no more records, and says when it was closed. Applied again it says the
   * same.
   *
   * @param nowSecond the leader's clock, epoch seconds; apply clamps it so that it is not below the
   *     second of any record
   */
  record SealShard(ShardRef shard, long nowSecond) implements ShardCommand {}

  /**
   * Moves a shard's trim horizon up; what lies below it is gone for good. It never moves down.
   *
   * @param position records below it are past retention; beyond the tip it means the tip
   */
  record TrimShard(ShardRef shard, long position) implements ShardCommand {}

  /** Drops a shard's family with all its records. Applied again it does nothing. */
  record DropShard(ShardRef shard) implements ShardCommand {}

  /**
   * A command for one entry of the stream catalogue. It is applied only if the entry has the
   * revision that the proposer saw: whatever the decision was, it was made from the entry that is
   * still there.
   */
  sealed interface CatalogueCommand extends Command {
    /** The stream. */
    StreamName name();

    /** The revision that the proposer saw; 0 when there was no entry. */
    long expectedRevision();
  }

  /**
   * Puts a new stream into the catalogue if there is none of its name. Apply moves its creation
   * second up if an earlier stream of the name had the same or a higher one.
   *
   * @param definition the stream, in state CREATING
   */
  record CreateStream(StreamDefinition definition) implements CatalogueCommand {
    @Override
    public StreamName name() {
      return definition.name();
    }

    @Override
    public long expectedRevision() {
      return 0;
    }
  }

  /**
   * Replaces an entry of the catalogue.
   *
   * @param definition what to put there. In entries that older builds wrote it may be empty, which
   *     removes the entry, and may be put where no entry was
   */
  record ReplaceStream(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition)
      implements CatalogueCommand {}

  /**
   * Removes an entry from the catalogue.
   *
   * @param rememberedNames most deleted names whose creation seconds are remembered one by one. It
   *     stands in the command, since another number would give old entries another meaning
   */
  record DeleteStream(StreamName name, long expectedRevision, int rememberedNames)
      implements CatalogueCommand {}

  /** Replaces the account's settings, whatever they were. */
  record ReplaceAccount(AccountSettings settings) implements Command {}
}
