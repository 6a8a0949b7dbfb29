// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;

/**
 * Input of UpdateAccountSettings.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html">
 *     UpdateAccountSettings</a>
 */
public final class UpdateAccountSettingsInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("UpdateAccountSettingsInput");

  public static final Member<Structure> MINIMUM_THROUGHPUT_BILLING_COMMITMENT =
      MEMBERS.required(
          "MinimumThroughputBillingCommitment", MinimumThroughputBillingCommitmentInput.SHAPE);

  public static final StructureShape SHAPE = MEMBERS.build();

  private UpdateAccountSettingsInput() {}
}
