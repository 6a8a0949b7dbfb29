// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * The commitment that UpdateAccountSettings sets.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MinimumThroughputBillingCommitmentInput.html">
 *     MinimumThroughputBillingCommitmentInput</a>
 */
public final class MinimumThroughputBillingCommitmentInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("MinimumThroughputBillingCommitmentInput");

  public static final Member<String> STATUS =
      MEMBERS.required("Status", Type.string().oneOf("ENABLED", "DISABLED"));

  public static final StructureShape SHAPE = MEMBERS.build();

  private MinimumThroughputBillingCommitmentInput() {}
}
