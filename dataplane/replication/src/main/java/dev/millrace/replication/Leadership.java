// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jboss.logging.Logger;

/**
 * Who leads a group, as its member in this process knows it.
 *
 * @param client and {@code callIds} identify requests to Ratis
 */
record Leadership(
    RaftServer server, RaftGroupId group, ClientId client, LongSupplier callIds, PeerTerms terms) {
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

  /** The other members, as the leader sees them; empty where another leads. */
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
  CompletableFuture<Void> confirm(RaftMembers members) {
    try {
      long term = term();
      return isHere() && term() == term
          ? TermMajority.of(term, members.others(), terms)
          : CompletableFuture.failedFuture(notHere());
    } catch (IOException e) {
      return CompletableFuture.failedFuture(notHere());
    }
  }

  private static LogRefusedException notHere() {
    return new LogRefusedException(Reason.NOT_LEADER, "this member does not lead the group", null);
  }

  /**
   * Has the follower that is least behind lead in place of this member, before it stops: the others
   * need not wait until they miss it. Waits for the election; commands are refused meanwhile.
   */
  void handOver() {
    followers().stream()
        .min(
            Comparator.comparing(FollowerProgress::behind)
                .thenComparing(FollowerProgress::silentMillis))
        .ifPresent(this::handOverTo);
  }

  private void handOverTo(FollowerProgress follower) {
    try {
      RaftClientReply reply =
          server
              .transferLeadershipAsync(
                  new TransferLeadershipRequest(
                      client,
                      server.getId(),
                      group,
                      callIds.getAsLong(),
                      RaftPeerId.valueOf(follower.member().toString()),
                      HAND_OVER.toMillis()))
              .get(2 * HAND_OVER.toMillis(), TimeUnit.MILLISECONDS);
      if (!reply.isSuccess()) {
        LOG.warnf("leadership was not handed over: %s", String.valueOf(reply.getException()));
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      // The others elect a leader when they miss this one.
      LOG.warnf("leadership was not handed over: %s", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
