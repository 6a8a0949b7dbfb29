// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;

/**
 * Input of SplitShard.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html">
 *     SplitShard</a>
 */
public final class SplitShardInput {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("SplitShardInput");

  public static final Member<String> NEW_STARTING_HASH_KEY =
      MEMBERS.required("NewStartingHashKey", Types.HASH_KEY);

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<String> SHARD_TO_SPLIT =
      MEMBERS.required("ShardToSplit", Types.SHARD_ID);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private SplitShardInput() {}
}
