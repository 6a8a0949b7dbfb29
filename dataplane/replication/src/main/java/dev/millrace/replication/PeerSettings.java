// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.time.Duration;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** What is special in a group with several members. */
final class PeerSettings {
  /** A leader that was paused for so long steps down: the others have elected another. */
  private static final Duration STEP_DOWN = Duration.ofSeconds(4);

  /** After a longer pause Ratis closes the group, and the process ends and starts again. */
  private static final Duration CLOSE = Duration.ofSeconds(60);

  /**
   * Pauses of a leader after failed calls to a follower, which nothing cuts short. By default they
   * become 5 s: a follower that is back would be left out for so long twice, once until it is
   * called and once until it is sent what it missed.
   */
  private static final String RETRIES = "1ms,10, 500ms,%d".formatted(Integer.MAX_VALUE);

  /** Calls on their way to one follower; each may hold entries up to the byte limit. */
  private static final int OUTSTANDING_APPENDS = 2;

  /** A disk that is about to become a member and gives no sign for so long does not. */
  private static final Duration STAGING = Duration.ofSeconds(10);

  /** What gRPC adds to the entries of a call. */
  private static final int CALL_BYTES = 1 << 20;

  private PeerSettings() {}

  static void set(RaftProperties p, RaftBounds bounds, int port) {
    RaftConfigKeys.Rpc.setType(p, new PeersRpc());
    GrpcConfigKeys.Server.setPort(p, port);
    GrpcConfigKeys.Server.setLeaderOutstandingAppendsMax(p, OUTSTANDING_APPENDS);
    GrpcConfigKeys.setMessageSizeMax(p, SizeInBytes.valueOf(bounds.byteLimit() + CALL_BYTES));
    RaftServerConfigKeys.setCloseThreshold(p, RaftSettings.time(CLOSE));
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(p, RaftSettings.time(STEP_DOWN));
    // A member that was cut off must not depose the leader when it comes back (Raft, section 9.6).
    RaftServerConfigKeys.LeaderElection.setPreVote(p, true);
    RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(p, false);
    RaftServerConfigKeys.setStagingTimeout(p, RaftSettings.time(STAGING));
    // A member that is behind the log catches up by rows, so the log is not kept for one that is
    // away.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, true);
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(p, false);
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(p, RETRIES);
    // By default two calls to a follower are at least 1 ms apart, and each entry is followed by one
    // that says that it is committed: the next entry would wait for that millisecond.
    RaftServerConfigKeys.Log.Appender.setWaitTimeMin(p, TimeDuration.ZERO);
    // Else a follower passes an entry on to two more threads before it appends it, and appends none
    // before it has stored the one before: the leader has one in flight, and they come in order.
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(p, false);
  }
}
