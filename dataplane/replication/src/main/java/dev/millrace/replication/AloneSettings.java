// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.time.Duration;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;

/** What is special in a group of one: nobody to call, to hand over to, or to wait for. */
final class AloneSettings {
  /** A paused process (a laptop asleep) goes on. */
  private static final Duration LONGEST_PAUSE = Duration.ofDays(365);

  private AloneSettings() {}

  static void set(RaftProperties p) {
    RaftConfigKeys.Rpc.setType(p, new NoPeersRpc());
    RaftServerConfigKeys.setCloseThreshold(p, RaftSettings.time(LONGEST_PAUSE));
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        p, RaftSettings.time(LONGEST_PAUSE));
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, true);
  }
}
