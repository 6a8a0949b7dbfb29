// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.StreamPublication.HeldPublication;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A shard pod's report of its own state: {@code GET /admin/report}.
 *
 * @param disk the disk's id, a UUID that was generated with the data folder; another disk has
 *     another id
 * @param group the Raft group that was formed on this disk, a UUID; null if none was
 * @param leads whether the group's log accepts commands on this pod
 * @param term of the group; of two pods that both say that they lead, the one with the later term
 *     does
 * @param logEnd the last entry of its log, known to be committed or not; null before a group was
 *     formed, and while the process ends
 * @param followers the other members of the group, and who is about to become one, as the leader
 *     sees them; null from others
 * @param members the disks of the members by the group's configuration, the leader's included; null
 *     from others, and while they change
 * @param hasRoom whether the disk has space for records
 * @param assignment the assignment that the pod received last; null before the first
 * @param publications what its front has of the streams; null from a pod without a front
 * @param shards the shards that it hosts, ordered by stream and shard
 * @param subscriptions how far consumers have read the shards that it leads, at most {@link
 *     #MOST_SUBSCRIPTIONS}, those with a subscription now first; null from a pod that reports none
 */
public record PodReport(
    String disk,
    @Nullable String group,
    boolean leads,
    long term,
    @Nullable LogEnd logEnd,
    @Nullable List<ReportedFollower> followers,
    @Nullable List<String> members,
    boolean hasRoom,
    @Nullable PodAssignment assignment,
    @Nullable List<HeldPublication> publications,
    List<HostedShard> shards,
    @Nullable List<ShardSubscription> subscriptions) {
  /** Most subscriptions in a report. */
  public static final int MOST_SUBSCRIPTIONS = 2_000;

  public PodReport {
    DocumentField.required("disk", disk);
    followers = followers == null ? null : List.copyOf(followers);
    members = members == null ? null : List.copyOf(members);
    publications = publications == null ? null : List.copyOf(publications);
    shards = DocumentField.list("shards", shards);
    subscriptions = subscriptions == null ? null : List.copyOf(subscriptions);
  }

  /**
   * Where a log ends. Of two logs of one group, the one that ends later has all that the other one
   * has acknowledged (Raft paper, section 5.4.1).
   */
  public record LogEnd(long term, long index) implements Comparable<LogEnd> {
    @Override
    public int compareTo(LogEnd other) {
      int byTerm = Long.compare(term, other.term);
      return byTerm != 0 ? byTerm : Long.compare(index, other.index);
    }
  }

  /** What the leader knows of a member, if this is the leader's report. */
  public Optional<ReportedFollower> follower(String memberDisk) {
    return Optional.ofNullable(followers).stream()
        .flatMap(List::stream)
        .filter(follower -> follower.disk().equals(memberDisk))
        .findFirst();
  }

  /** What the pod's front has of a stream, if it has anything. */
  public Optional<HeldPublication> publication(String streamId) {
    return Optional.ofNullable(publications).stream()
        .flatMap(List::stream)
        .filter(held -> held.streamId().equals(streamId))
        .findFirst();
  }

  /** What was assigned to the pod of a stream, if anything was. */
  public Optional<AssignedStream> assigned(String streamId) {
    return Optional.ofNullable(assignment).flatMap(is -> is.stream(streamId));
  }

  /**
   * A shard that was opened on this disk.
   *
   * @param streamId 16 hexadecimal digits
   * @param shardId {@code shardId-} and 12 digits
   * @param nextPosition the position of its next row
   * @param creationSecond epoch seconds; part of its sequence numbers
   * @param closeSecond when it was sealed, epoch seconds; null while it accepts records
   * @param empty whether certainly no record is left
   */
  public record HostedShard(
      String streamId,
      String shardId,
      long nextPosition,
      long creationSecond,
      @Nullable Long closeSecond,
      boolean empty) {
    public HostedShard {
      DocumentField.required("streamId", streamId);
      DocumentField.required("shardId", shardId);
    }
  }

  /**
   * A member of a group that another member leads.
   *
   * @param disk the id of its disk
   * @param behind how many entries of the log it has not acknowledged
   * @param silentMillis how long ago it answered the leader last
   */
  public record ReportedFollower(String disk, long behind, long silentMillis) {
    public ReportedFollower {
      DocumentField.required("disk", disk);
    }

    /** A member that answers is asked several times a second: 5 s. */
    public static final long SILENT_MILLIS = 5_000;

    /** A member that keeps up is behind by what is in flight; 1,000 entries. */
    public static final long BEHIND_ENTRIES = 1_000;

    /** Twice the time between two heartbeats: 1 s. */
    public static final long ANSWERING_MILLIS = 1_000;

    /** What is in flight, and no more; 20 entries. */
    public static final long IN_FLIGHT_ENTRIES = 20;

    /** Whether it certainly is there now, so that another one may go. */
    public boolean answersNow() {
      return silentMillis < ANSWERING_MILLIS && behind < IN_FLIGHT_ENTRIES;
    }

    /** Whether it acknowledges what is written. */
    public boolean isInStep() {
      return silentMillis < SILENT_MILLIS && behind < BEHIND_ENTRIES;
    }
  }

  /**
   * How far a consumer has read a shard.
   *
   * @param streamId 16 hexadecimal digits
   * @param shardId {@code shardId-} and 12 digits
   * @param consumer its name
   * @param consumerCreationSecond epoch seconds; tells its incarnations apart
   * @param active whether it has a subscription now; otherwise this is where its last one ended
   * @param lagMillis how long ago the record arrived that it is sent next; 0 if it has been sent
   *     all
   */
  public record ShardSubscription(
      String streamId,
      String shardId,
      String consumer,
      long consumerCreationSecond,
      boolean active,
      long lagMillis) {
    public ShardSubscription {
      DocumentField.required("streamId", streamId);
      DocumentField.required("shardId", shardId);
      DocumentField.required("consumer", consumer);
    }

    /** From this lag on a consumer is behind, and not just about to read: 10 s. */
    public static final long BEHIND_MILLIS = 10_000;

    /** Whether the consumer is behind. */
    public boolean lags() {
      return lagMillis >= BEHIND_MILLIS;
    }
  }
}
