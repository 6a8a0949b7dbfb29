// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of UpdateShardCount.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html">
 *     UpdateShardCount</a>
 */
public final class UpdateShardCountInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("UpdateShardCountInput");

  public static final Member<Integer> TARGET_SHARD_COUNT =
      MEMBERS.required("TargetShardCount", Type.integer().min(1));

  public static final Member<String> SCALING_TYPE =
      MEMBERS.required("ScalingType", Type.string().oneOf("UNIFORM_SCALING"));

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private UpdateShardCountInput() {}
}
