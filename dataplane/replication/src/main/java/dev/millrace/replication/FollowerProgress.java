// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.report.PodReport.ReportedFollower;
import java.util.UUID;

/**
 * How far a follower is, as its leader sees it.
 *
 * @param member its id
 * @param behind how many entries of the leader's log it has not acknowledged
 * @param silentMillis how long ago it answered last
 */
public record FollowerProgress(UUID member, long behind, long silentMillis) {
  /** Whether it acknowledges what is written. */
  boolean isInStep() {
    return silentMillis < ReportedFollower.SILENT_MILLIS
        && behind < ReportedFollower.BEHIND_ENTRIES;
  }
}
