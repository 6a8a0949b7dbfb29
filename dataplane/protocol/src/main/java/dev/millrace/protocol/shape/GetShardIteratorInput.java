// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;
import java.time.Instant;

/**
 * Input of GetShardIterator.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html">
 *     GetShardIterator</a>
 */
public final class GetShardIteratorInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("GetShardIteratorInput");

  public static final Member<String> SHARD_ID = MEMBERS.required("ShardId", Types.SHARD_ID);

  public static final Member<String> SHARD_ITERATOR_TYPE =
      MEMBERS.required(
          "ShardIteratorType",
          Type.string()
              .oneOf(
                  "AFTER_SEQUENCE_NUMBER",
                  "LATEST",
                  "AT_TIMESTAMP",
                  "AT_SEQUENCE_NUMBER",
                  "TRIM_HORIZON"));

  public static final Member<String> STARTING_SEQUENCE_NUMBER =
      MEMBERS.optional("StartingSequenceNumber", Types.SEQUENCE_NUMBER);

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<Instant> TIMESTAMP = MEMBERS.optional("Timestamp", Type.timestamp());

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<Boolean> DRY_RUN = MEMBERS.optional("DryRun", Type.bool());

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private GetShardIteratorInput() {}
}
