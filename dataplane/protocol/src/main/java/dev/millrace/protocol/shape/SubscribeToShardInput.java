// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of SubscribeToShard.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html">
 *     SubscribeToShard</a>
 */
public final class SubscribeToShardInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("SubscribeToShardInput");

  public static final Member<String> CONSUMER_ARN =
      MEMBERS.required("ConsumerARN", Types.CONSUMER_ARN);

  public static final Member<String> SHARD_ID = MEMBERS.required("ShardId", Types.SHARD_ID);

  public static final Member<Structure> STARTING_POSITION =
      MEMBERS.required("StartingPosition", StartingPositionShape.SHAPE);

  public static final Member<Boolean> DRY_RUN = MEMBERS.optional("DryRun", Type.bool());

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private SubscribeToShardInput() {}
}
