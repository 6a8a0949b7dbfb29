// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.reshard;

import dev.millrace.core.report.ReshardPlan;

/** Plans as the text that a sealed shard remembers. */
public interface PlanText {
  /** Writes a plan. */
  String write(ReshardPlan plan);

  /**
   * Reads what {@link #write} returned.
   *
   * @throws IllegalArgumentException for anything else
   */
  ReshardPlan read(String text);
}
