// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * What an operator asks of a shard pod; of one that has members of several groups, what it asks at
 * the port of one of them.
 */
public interface PodAdmin {

  /** What the pod says of itself. Callable from any thread; never blocks. */
  PodReport report();

  /**
   * The term that a member of the pod's group is in; empty unless it is this pod's disk, started.
   */
  OptionalLong term(UUID member);

  /**
   * Forms the pod's group; completes when it takes commands. If it joins one, that has begun when
   * this completes.
   */
  CompletionStage<AdminResult> form(GroupFormation formation);

  /** Makes a disk a member of the group that the pod leads; that has begun when this completes. */
  CompletionStage<AdminResult> admit(MemberAdmission admission);

  /** Has another member lead the group that the pod leads; completes when it does. */
  CompletionStage<AdminResult> moveLeader(LeaderMove move);

  /** Goes on with the pod's disk alone; the process ends soon after this completes. */
  CompletionStage<AdminResult> acceptLoss(AcceptedLoss loss);

  /** Does the pod's part of a reshard; fails with {@code LogRefusedException} if it cannot now. */
  CompletionStage<ReshardProgress> reshard(ReshardStep step);

  /** Hosts what is assigned; completes when all of it is open. */
  CompletionStage<AdminResult> assign(PodAssignment assignment);

  /** Tells the pod's front of a stream. */
  CompletionStage<AdminResult> publish(StreamPublication publication);
}
