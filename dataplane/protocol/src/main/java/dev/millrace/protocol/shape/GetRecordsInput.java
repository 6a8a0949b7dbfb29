// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of GetRecords.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html">
 *     GetRecords</a>
 */
public final class GetRecordsInput {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("GetRecordsInput");

  public static final Member<Integer> LIMIT =
      MEMBERS.optional("Limit", Type.integer().min(1).max(10_000));

  public static final Member<String> SHARD_ITERATOR =
      MEMBERS.required("ShardIterator", Types.SHARD_ITERATOR);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<Boolean> DRY_RUN = MEMBERS.optional("DryRun", Type.bool());

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private GetRecordsInput() {}
}
