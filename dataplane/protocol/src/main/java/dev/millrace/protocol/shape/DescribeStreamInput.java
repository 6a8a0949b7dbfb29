// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of DescribeStream.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html">
 *     DescribeStream</a>
 */
public final class DescribeStreamInput {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("DescribeStreamInput");

  public static final Member<Integer> LIMIT =
      MEMBERS.optional("Limit", Type.integer().min(1).max(10_000));

  public static final Member<String> EXCLUSIVE_START_SHARD_ID =
      MEMBERS.optional("ExclusiveStartShardId", Types.SHARD_ID);

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private DescribeStreamInput() {}
}
