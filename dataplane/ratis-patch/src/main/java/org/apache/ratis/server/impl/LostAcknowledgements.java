// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package org.apache.ratis.server.impl;

import java.util.HashMap;
import java.util.Map;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.leader.LogAppenderBase;

/**
 * Mends what a leader believes of a follower whose acknowledgement was lost. If a connection breaks
 * after the follower has stored an entry and before it has said so, Ratis 3.3.0 goes on behind that
 * entry: the follower agrees to each heartbeat, which acknowledges nothing, and the entry is sent
 * again only with a later one. Where no later one comes, because the leader waits for this one, a
 * group that needs this follower would stand still for ever.
 *
 * <p>Reaches the leader's view of its followers, whose classes are not public.
 */
public final class LostAcknowledgements {
  /** A follower that was heard of within this time, in milliseconds, agrees to heartbeats. */
  private static final long HEARD_MILLIS = 1_500;

  private LostAcknowledgements() {}

  /**
   * Has the last entry sent again to each follower that answers, from which no acknowledgement is
   * expected for it, and of which this was so at the last look.
   *
   * @param before the result of the last look
   * @return the entries that the followers of which this is so have acknowledged
   */
  public static Map<RaftPeerId, Long> sendAgain(
      RaftServer.Division division, Map<RaftPeerId, Long> before) {
    Map<RaftPeerId, Long> behind = new HashMap<>();
    if (division instanceof RaftServerImpl server) {
      server
          .getRole()
          .getLeaderState()
          .ifPresent(
              leader -> leader.getLogAppenders().forEach(one -> look(one, before, behind)));
    }
    return behind;
  }

  private static void look(
      LogAppender appender, Map<RaftPeerId, Long> before, Map<RaftPeerId, Long> behind) {
    FollowerInfo follower = appender.getFollower();
    long acknowledged = follower.getMatchIndex();
    long next = follower.getNextIndex();
    boolean isWaiting =
        appender instanceof LogAppenderBase base && base.hasPendingDataRequests();
    boolean isHeard = follower.getLastRpcResponseTime().elapsedTimeMs() < HEARD_MILLIS;
    if (next <= acknowledged + 1 || isWaiting || !isHeard) {
      return;
    }
    behind.put(follower.getId(), acknowledged);
    if (before.getOrDefault(follower.getId(), Long.MIN_VALUE) == acknowledged) {
      follower.setNextIndex(next - 1);
      appender.notifyLogAppender();
    }
  }
}
