// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodReport;
import dev.millrace.operator.observe.ObservedPod;

/** What is found at the place of a member of a recorded group. */
sealed interface FoundMember {
  /** Its pod answers, on the recorded disk with the recorded group. */
  record MemberInPlace(ObservedPod pod, PodReport report) implements FoundMember {}

  /** Its pod answers, on the recorded disk without a group. */
  record MemberWithoutGroup(ObservedPod pod) implements FoundMember {}

  /** Its pod gives no report. */
  record SilentMember(String pod) implements FoundMember {}

  /**
   * Its pod answers with something else than what was recorded.
   *
   * @param ordinal of its pod
   * @param disk the one that its pod has
   * @param why what happened, for people
   * @param remedy what can be done about it
   */
  record LostMember(ObservedPod pod, int ordinal, String disk, String why, Remedy remedy)
      implements FoundMember {}

  /** What can be done about a lost member. */
  enum Remedy {
    /** Its pod has an empty disk, which may join the group. */
    JOIN,
    /** Its pod has a disk that has joined, which may become a member. */
    ADMIT,
    /** People decide. */
    BY_HAND
  }
}
