// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of IncreaseStreamRetentionPeriod.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html">
 *     IncreaseStreamRetentionPeriod</a>
 */
public final class IncreaseStreamRetentionPeriodInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("IncreaseStreamRetentionPeriodInput");

  public static final Member<Integer> RETENTION_PERIOD_HOURS =
      MEMBERS.required("RetentionPeriodHours", Type.integer());

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private IncreaseStreamRetentionPeriodInput() {}
}
