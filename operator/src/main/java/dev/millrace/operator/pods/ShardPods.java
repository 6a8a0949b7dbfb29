// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import java.util.Optional;

/**
 * The interface of the shard pods for the operator. Calls block for a bounded time; any thread may
 * call.
 */
public interface ShardPods {

  /** The report of a pod; empty if it does not answer with one. */
  Optional<PodReport> report(PodAddress pod);

  /** Forms the pod's group, or has its disk join one. */
  PodAnswer formGroup(PodAddress pod, GroupFormation formation);

  /** Asks the leader of a group to make a disk that has joined a member. */
  PodAnswer admitMember(PodAddress leader, MemberAdmission admission);

  /** Has a pod go on with its disk alone, which ends its process. */
  PodAnswer acceptLoss(PodAddress pod, AcceptedLoss loss);

  /** Asks the pod to do its part of a reshard. */
  PodAnswer reshard(PodAddress pod, ReshardStep step);

  /** Asks the leader of a group to have another member lead. */
  PodAnswer moveLeader(PodAddress leader, LeaderMove move);

  /** Sends the pod its assignment. */
  PodAnswer assign(PodAddress pod, PodAssignment assignment);

  /** Tells the pod's front of a stream. */
  PodAnswer publish(PodAddress pod, StreamPublication publication);
}
