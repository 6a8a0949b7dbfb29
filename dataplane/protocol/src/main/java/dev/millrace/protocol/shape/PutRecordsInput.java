// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;
import java.util.List;

/**
 * Input of PutRecords.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">
 *     PutRecords</a>
 */
public final class PutRecordsInput {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("PutRecordsInput");

  public static final Member<List<Structure>> RECORDS =
      MEMBERS.required("Records", Type.list(PutRecordsRequestEntry.SHAPE, 1, 500));

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<Boolean> DRY_RUN = MEMBERS.optional("DryRun", Type.bool());

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private PutRecordsInput() {}
}
