// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.reshard;

import dev.millrace.core.report.ReshardPlan.GroupMember;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The other groups of a reshard. */
@FunctionalInterface
public interface ReshardPeers {
  /**
   * Asks a group to do its part. Fails if the group cannot be reached or does not do it now; the
   * step is idempotent and is repeated.
   *
   * @param members the pods of the group, the likeliest leader first
   */
  CompletionStage<ReshardProgress> step(List<GroupMember> members, ReshardStep step);
}
