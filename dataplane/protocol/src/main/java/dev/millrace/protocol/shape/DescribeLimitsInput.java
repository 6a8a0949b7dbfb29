// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.StructureShape;

/**
 * Input of DescribeLimits.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeLimits.html">
 *     DescribeLimits</a>
 */
public final class DescribeLimitsInput {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("DescribeLimitsInput");

  public static final StructureShape SHAPE = MEMBERS.build();

  private DescribeLimitsInput() {}
}
