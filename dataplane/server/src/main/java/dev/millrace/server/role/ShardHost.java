// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.shard.GuardedLog;
import dev.millrace.leader.shard.LocalLeader;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.ShardTails;
import dev.millrace.leader.shard.ShardTrimmer;
import dev.millrace.leader.shard.SubscriptionState;
import dev.millrace.replication.DamagedLogException;
import dev.millrace.replication.FollowerProgress;
import dev.millrace.replication.RaftGroupHost;
import dev.millrace.replication.RaftMembers;
import dev.millrace.replication.RaftPeering;
import dev.millrace.storage.DataFolder;
import dev.millrace.storage.RocksShardStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The shards of one Raft group in this process: its store, and the member that commits to it. The
 * constructor opens the store; {@link #start} starts the member when the group's id is known.
 */
final class ShardHost implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ShardHost.class);

  /** A running group and what depends on it. */
  private record Started(RaftGroupHost group, ShardLog log, LocalLeader leader, PeerWatch others) {}

  private final CloseableStack opened = new CloseableStack();
  private final HostParts parts;
  private final DataFolder folder;
  private final UUID disk;
  private final RocksShardStore store;
  private final SecureRandom names = new SecureRandom();
  private volatile @Nullable Started started;

  /**
   * Opens the store.
   *
   * @param parts shared with the other groups of the process, and closed after them
   * @param folder the group's own, closed after it
   */
  ShardHost(HostParts parts, DataFolder folder) throws IOException {
    this.parts = parts;
    this.folder = folder;
    folder.setAside().ifPresent(LOG::warn);
    this.disk = folder.disk(UUID::randomUUID);
    this.store = opened.add(new RocksShardStore(folder.store(), parts.memory(), parts.halt()));
  }

  /** Whether a group was formed on this disk. */
  boolean isFormed() {
    return RaftGroupHost.isFormed(folder.path());
  }

  /** Starts the group of this disk, or forms one that is alone. */
  void start(UUID newGroup) throws IOException {
    start(newGroup, RaftMembers.alone(disk), false);
  }

  /**
   * Starts the group of this disk, or forms or joins it if there is none. Blocks while the log is
   * replayed, and while what the others have is taken over.
   *
   * @param newGroup the id of the group if it is formed or joined now
   * @param forming its members if it is formed or joined now
   * @param joins whether it was formed before
   * @throws DamagedLogException when the disk was given up: what opens the folder next finds an
   *     empty one
   */
  synchronized void start(UUID newGroup, RaftMembers forming, boolean joins) throws IOException {
    if (started != null) {
      throw new IllegalStateException("the group of " + folder.path() + " runs already");
    }
    if (joins && !isFormed()) {
      folder.deleteStoresSetAside();
    }
    RaftGroupHost group =
        opened.add(
            member(
                newGroup,
                new RaftPeering(
                    parts.host(),
                    forming,
                    joins,
                    parts.terms(),
                    parts.members(),
                    this::level,
                    System::nanoTime,
                    parts.certificates())));
    PeerWatch others =
        opened.add(
            new PeerWatch(
                parts.vertx(),
                group::others,
                parts.members()::standing,
                group::leads,
                parts.clock()::millis,
                () -> hindrance(group),
                () -> handOver(group),
                this::shown));
    ShardLog log =
        new GuardedLog(
            group.log(),
            () -> hasRoom() && others.haveRoom(),
            () -> parts.clock().isTrusted() && others.agreeOnTime());
    started =
        new Started(
            group,
            log,
            new LocalLeader(
                log,
                store,
                parts.cipher(),
                reads(),
                new ShardTails(),
                parts.limits(),
                parts.clock(),
                names::nextLong),
            others);
  }

  private RaftGroupHost member(UUID newGroup, RaftPeering peering) throws IOException {
    try {
      return RaftGroupHost.start(folder.path(), store, parts.halt(), newGroup, peering);
    } catch (DamagedLogException e) {
      folder.giveUp(disk, String.valueOf(e.getMessage()), List.of(HostedShards.FILE));
      throw e;
    }
  }

  /** What all members can read of the log. */
  private FeatureLevel level() {
    Started now = started;
    return now == null ? FeatureLevel.VERSION_4 : now.others().level();
  }

  /** What all members can read: something was applied that builds below this level cannot. */
  private FeatureLevel shown() {
    boolean digests =
        store.shards().stream()
            .flatMap(shard -> store.state(shard).stream())
            .anyMatch(state -> state.digest().hasBegun());
    return digests ? FeatureLevel.LARGE_ENTRIES : FeatureLevel.VERSION_4;
  }

  /** Why this member takes no records, or very slowly, although others may be able to. */
  private Optional<String> hindrance(RaftGroupHost group) {
    Duration waits = group.waitsForDisk();
    if (!parts.clock().isTrusted()) {
      return Optional.of("its clock jumped");
    }
    return waits.compareTo(RoleBounds.STUCK_FSYNC) >= 0
        ? Optional.of("its log has waited %d ms for the disk".formatted(waits.toMillis()))
        : Optional.empty();
  }

  private void handOver(RaftGroupHost group) {
    parts
        .vertx()
        .executeBlocking(
            () -> {
              group.handOver();
              return true;
            },
            false);
  }

  DataFolder folder() {
    return folder;
  }

  RocksShardStore store() {
    return store;
  }

  UUID disk() {
    return disk;
  }

  /** Where reads are worked on. */
  ReadPool reads() {
    return parts.reads();
  }

  /** Whether a shard was opened here. */
  boolean hosts(ShardRef shard) {
    return store.state(shard).isPresent();
  }

  /** Whether the group's log accepts commands in this process. */
  boolean leads() {
    return Optional.ofNullable(started).map(s -> s.group().leads()).orElse(false);
  }

  /** Whether a shard is hosted and led in this process. */
  boolean leads(ShardRef shard) {
    return hosts(shard) && leads();
  }

  /** Whether some member of the group is known to lead it. */
  boolean hasLeader() {
    return Optional.ofNullable(started).map(s -> s.group().hasLeader()).orElse(false);
  }

  /** The other members of the group, if it is led in this process. */
  List<FollowerProgress> followers() {
    return Optional.ofNullable(started).map(s -> s.group().followers()).orElse(List.of());
  }

  /** The members of the group, if it is led in this process and they do not change now. */
  Optional<Set<UUID>> members() {
    return Optional.ofNullable(started).flatMap(s -> s.group().memberIds());
  }

  /**
   * Makes a disk that has joined a member, if the group is led here.
   *
   * @see RaftGroupHost#admit
   */
  Optional<String> admit(
      Set<UUID> expected, Optional<UUID> lost, UUID added, RaftMembers.Addresses at) {
    return Optional.ofNullable(started)
        .map(s -> s.group().admit(expected, lost, added, at))
        .orElse(Optional.of("no group is started here"));
  }

  /**
   * Has a certain member lead, if the group is led here. Waits for its election.
   *
   * @see RaftGroupHost#moveTo
   */
  Optional<String> moveTo(UUID member) throws IOException {
    Started now = started;
    return now == null ? Optional.of("no group is started here") : now.group().moveTo(member);
  }

  /**
   * Orders that the next start goes on with this disk alone.
   *
   * @see RaftGroupHost#acceptLoss
   */
  Optional<String> acceptLoss(Set<UUID> expected, Set<UUID> lost, String request)
      throws IOException {
    Started now = started;
    return now == null
        ? Optional.of("no group is started here")
        : now.group()
            .acceptLoss(expected, lost, request, Instant.ofEpochMilli(parts.clock().millis()));
  }

  /** Whether the next start goes on with this disk alone. */
  boolean isLossAccepted() {
    return RaftGroupHost.isLossAccepted(folder.path());
  }

  /** The configuration of the group that was started, as Ratis keeps it on the disk. */
  ByteBuffer configuration() {
    try {
      return Optional.ofNullable(started).orElseThrow().group().configuration();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The term of the group, once it was started. */
  OptionalLong term() {
    Started now = started;
    try {
      return now == null ? OptionalLong.empty() : OptionalLong.of(now.group().term());
    } catch (IOException e) {
      // Ratis has closed the group, and the process is about to end.
      return OptionalLong.empty();
    }
  }

  /** The last entry of the log, once the group was started. */
  Optional<LogPosition> logEnd() {
    Started now = started;
    try {
      return now == null ? Optional.empty() : Optional.of(now.group().logEnd());
    } catch (IOException e) {
      // Ratis has closed the group, and the process is about to end.
      return Optional.empty();
    }
  }

  /** The id of the group, once it was started. */
  Optional<UUID> group() {
    return Optional.ofNullable(started).map(s -> s.group().group());
  }

  /** The log, once the group was started. */
  Optional<ShardLog> log() {
    return Optional.ofNullable(started).map(Started::log);
  }

  /** The leader, once the group was started. */
  Optional<ShardLeader> leader() {
    return Optional.ofNullable(started).map(Started::leader);
  }

  /** How far consumers have read the shards; at most {@code limit} elements. */
  List<SubscriptionState> subscriptions(int limit) {
    return Optional.ofNullable(started).map(s -> s.leader().subscriptions(limit)).orElse(List.of());
  }

  /** False when the process must be restarted: the log has closed while the process still runs. */
  boolean isAlive() {
    return Optional.ofNullable(started).map(s -> s.group().isRunning()).orElse(true);
  }

  /** Whether records are accepted: the disk has space and the clock is trusted. */
  boolean acceptsRecords() {
    return hasRoom() && parts.clock().isTrusted();
  }

  /** Whether the disk has space. */
  boolean hasRoom() {
    return parts.room().getAsBoolean();
  }

  /** Whether the other members agree with this one on the time, as far as that is known. */
  boolean agreesOnTime() {
    return Optional.ofNullable(started).map(s -> s.others().agreeOnTime()).orElse(true);
  }

  /** The trimmer, once the group was started. */
  Optional<ShardTrimmer> trimmer() {
    return log().map(log -> new ShardTrimmer(log, store, reads()));
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
