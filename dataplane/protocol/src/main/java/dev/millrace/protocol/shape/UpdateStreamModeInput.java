// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of UpdateStreamMode.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamMode.html">
 *     UpdateStreamMode</a>
 */
public final class UpdateStreamModeInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("UpdateStreamModeInput");

  public static final Member<String> STREAM_ARN = MEMBERS.required("StreamARN", Types.STREAM_ARN);

  public static final Member<Structure> STREAM_MODE_DETAILS =
      MEMBERS.required("StreamModeDetails", StreamModeDetailsShape.SHAPE);

  public static final Member<Integer> WARM_THROUGHPUT_MIBPS =
      MEMBERS.optional("WarmThroughputMiBps", Type.integer().min(0));

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private UpdateStreamModeInput() {}
}
