// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.StructureShape;

/**
 * Input of DescribeAccountSettings.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeAccountSettings.html">
 *     DescribeAccountSettings</a>
 */
public final class DescribeAccountSettingsInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("DescribeAccountSettingsInput");

  public static final StructureShape SHAPE = MEMBERS.build();

  private DescribeAccountSettingsInput() {}
}
