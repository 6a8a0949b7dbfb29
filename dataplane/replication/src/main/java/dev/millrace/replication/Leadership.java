// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.replication.RaftMembers.Addresses;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who leads a group, and who its members are, as its member in this process knows it.
 *
 * @param self its id
 * @param client and {@code callIds} identify requests to Ratis
 */
record Leadership(
    RaftServer server,
    RaftGroupId group,
    UUID self,
    ClientId client,
    LongSupplier callIds,
    PeerTerms terms) {
  private static final Logger LOG = Logger.getLogger(Leadership.class);

  /** An election that was asked for takes a round trip; a follower may have to catch up first. */
  private static final Duration HAND_OVER = Duration.ofSeconds(2);

  private DivisionInfo info() throws IOException {
    return server.getDivision(group).getInfo();
  }

  /** Whether this member leads and has applied all that its predecessors committed. */
  boolean isHere() {
    try {
      return info().isLeaderReady();
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether some member is known to lead. */
  boolean isKnown() {
    try {
      return info().getLeaderId() != null;
    } catch (IOException e) {
      return false;
    }
  }

  long term() throws IOException {
    return info().getCurrentTerm();
  }

  GroupConfiguration configuration() throws IOException {
    return GroupConfiguration.of(server.getDivision(group).getRaftConf());
  }

  Map<UUID, String> others() {
    return others(server, group, self);
  }

  /** The other members by id, {@code HOST:PORT} of their internal ports. */
  static Map<UUID, String> others(RaftServer server, RaftGroupId group, UUID self) {
    try {
      return GroupConfiguration.of(server.getDivision(group).getRaftConf()).others(self);
    } catch (IOException e) {
      // Ratis has closed the group, and the process is about to end.
      return Map.of();
    }
  }

  /** The members, if this one leads and a majority has the entry of the log that says so. */
  Optional<Set<UUID>> committedMembers() {
    try {
      RaftConfiguration conf = server.getDivision(group).getRaftConf();
      GroupConfiguration found = GroupConfiguration.of(conf);
      boolean isCommitted =
          conf.getLogEntryIndex() <= server.getDivision(group).getRaftLog().getLastCommittedIndex();
      return isHere() && isCommitted && !found.isChanging()
          ? Optional.of(found.members().keySet())
          : Optional.empty();
    } catch (IOException | IllegalStateException e) {
      // Ratis has closed the group or its log, and the process is about to end.
      return Optional.empty();
    }
  }

  /**
   * The other members, and a disk that is about to become one, as the leader sees them; empty where
   * another leads.
   */
  List<FollowerProgress> followers() {
    try {
      DivisionInfo info = info();
      if (!info.isLeaderReady()) {
        return List.of();
      }
      long[] matched = info.getFollowerMatchIndices();
      List<ServerRpcProto> calls = info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
      // Both are in the order of the followers. Leadership may go meanwhile.
      if (matched == null || matched.length != calls.size()) {
        return List.of();
      }
      long last = server.getDivision(group).getRaftLog().getNextIndex() - 1;
      return IntStream.range(0, matched.length)
          .mapToObj(i -> progress(calls.get(i), last - matched[i]))
          .sorted(Comparator.comparing(FollowerProgress::member))
          .toList();
    } catch (IOException | IllegalStateException e) {
      // Ratis has closed the group or its log, and the process is about to end.
      return List.of();
    }
  }

  private static FollowerProgress progress(ServerRpcProto calls, long behind) {
    return new FollowerProgress(
        UUID.fromString(calls.getId().getId().toStringUtf8()),
        Math.max(0, behind),
        calls.getLastRpcElapsedTimeMs());
  }

  /** Asks the other members for their terms, as the leader of a term that has not ended since. */
  CompletableFuture<Void> confirm() {
    try {
      long term = term();
      return isHere() && term() == term
          ? TermMajority.of(term, self, configuration(), terms)
          : CompletableFuture.failedFuture(notHere());
    } catch (IOException e) {
      return CompletableFuture.failedFuture(notHere());
    }
  }

  private static LogRefusedException notHere() {
    return new LogRefusedException(Reason.NOT_LEADER, "this member does not lead the group", null);
  }

  /**
   * Makes a disk a member, in place of another one or as one more.
   *
   * @see RaftGroupHost#admit
   */
  Optional<String> admit(Set<UUID> expected, Optional<UUID> lost, UUID added, Addresses at) {
    try {
      GroupConfiguration now = configuration();
      NavigableMap<UUID, Addresses> wanted = new TreeMap<>(now.members());
      lost.ifPresent(wanted::remove);
      wanted.put(added, at);
      if (!isHere()) {
        return Optional.of("this member does not lead the group");
      }
      if (now.isChanging()) {
        return Optional.of("the members are being changed");
      }
      if (now.members().keySet().equals(wanted.keySet())) {
        return Optional.empty();
      }
      if (!now.members().keySet().equals(expected)) {
        return Optional.of("the members are %s".formatted(now.members().keySet()));
      }
      if (lost.filter(one -> one.equals(self) || !expected.contains(one)).isPresent()) {
        return Optional.of("the lost one must be another member, found %s".formatted(lost.get()));
      }
      if (!now.isMajority(keepingUp(lost))) {
        return Optional.of("no majority of the members keeps up: %s".formatted(followers()));
      }
      server.setConfigurationAsync(request(now, wanted)).whenComplete(this::logChange);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private Set<UUID> keepingUp(Optional<UUID> lost) {
    Set<UUID> up =
        followers().stream()
            .filter(FollowerProgress::isInStep)
            .map(FollowerProgress::member)
            .collect(Collectors.toCollection(HashSet::new));
    lost.ifPresent(up::remove);
    up.add(self);
    return up;
  }

  /** Refused by Ratis if the members are others by then. */
  private SetConfigurationRequest request(
      GroupConfiguration now, SortedMap<UUID, Addresses> wanted) {
    return new SetConfigurationRequest(
        client,
        server.getId(),
        group,
        callIds.getAsLong(),
        SetConfigurationRequest.Arguments.newBuilder()
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .setServersInCurrentConf(peers(now.members()))
            .setServersInNewConf(peers(wanted))
            .build());
  }

  private static List<RaftPeer> peers(SortedMap<UUID, Addresses> members) {
    return members.entrySet().stream()
        .map(member -> GroupConfiguration.peer(member.getKey(), member.getValue()))
        .toList();
  }

  private void logChange(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
    if (reply != null && reply.isSuccess()) {
      LOG.infof("group %s has the members %s now", group, others().keySet());
    } else {
      Throwable why = reply != null ? reply.getException() : failure;
      LOG.warnf("the members of group %s were not changed: %s", group, String.valueOf(why));
    }
  }

  /**
   * Has the follower that is least behind lead in place of this member, before it stops: the others
   * need not wait until they miss it. Waits for the election; commands are refused meanwhile.
   */
  void handOver() {
    Set<UUID> members = others().keySet();
    followers().stream()
        .filter(follower -> members.contains(follower.member()))
        .min(
            Comparator.comparing(FollowerProgress::behind)
                .thenComparing(FollowerProgress::silentMillis))
        .flatMap(follower -> transferTo(follower.member()))
        // The others elect a leader when they miss this one.
        .ifPresent(why -> LOG.warnf("leadership was not handed over: %s", why));
  }

  /**
   * Has a member lead in place of this one.
   *
   * @see RaftGroupHost#moveTo
   */
  Optional<String> moveTo(UUID to) throws IOException {
    if (leader().filter(to::equals).isPresent()) {
      return Optional.empty();
    }
    if (!isHere()) {
      return Optional.of("this member does not lead the group");
    }
    if (!others().containsKey(to)) {
      return Optional.of(
          "disk %s is not one of the members %s".formatted(to, configuration().members().keySet()));
    }
    Optional<FollowerProgress> follower =
        followers().stream().filter(other -> other.member().equals(to)).findFirst();
    if (follower.filter(FollowerProgress::isInStep).isEmpty()) {
      return Optional.of(
          "disk %s does not acknowledge what is written: %s"
              .formatted(to, follower.map(FollowerProgress::toString).orElse("unknown")));
    }
    Optional<String> failure = transferTo(to);
    if (failure.isPresent()) {
      throw new IOException("disk %s does not lead yet: %s".formatted(to, failure.get()));
    }
    return Optional.empty();
  }

  private Optional<UUID> leader() throws IOException {
    return Optional.ofNullable(info().getLeaderId()).map(id -> UUID.fromString(id.toString()));
  }

  /** Waits for the election; returns why the member does not lead. */
  private Optional<String> transferTo(UUID member) {
    try {
      RaftClientReply reply =
          server
              .transferLeadershipAsync(
                  new TransferLeadershipRequest(
                      client,
                      server.getId(),
                      group,
                      callIds.getAsLong(),
                      RaftPeerId.valueOf(member.toString()),
                      HAND_OVER.toMillis()))
              .get(2 * HAND_OVER.toMillis(), TimeUnit.MILLISECONDS);
      return reply.isSuccess()
          ? Optional.empty()
          : Optional.of(String.valueOf(reply.getException()));
    } catch (IOException | ExecutionException | TimeoutException e) {
      return Optional.of(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("this process stops");
    }
  }
}
