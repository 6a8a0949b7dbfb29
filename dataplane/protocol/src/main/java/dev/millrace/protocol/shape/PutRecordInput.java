// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.Blob;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of PutRecord. Unless the stream distributes records by itself, the operation also requires
 * {@link #PARTITION_KEY}.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html">
 *     PutRecord</a>
 */
public final class PutRecordInput {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("PutRecordInput");

  public static final Member<String> SEQUENCE_NUMBER_FOR_ORDERING =
      MEMBERS.optional("SequenceNumberForOrdering", Types.SEQUENCE_NUMBER);

  public static final Member<String> PARTITION_KEY =
      MEMBERS.optional("PartitionKey", Types.PARTITION_KEY);

  public static final Member<String> EXPLICIT_HASH_KEY =
      MEMBERS.optional("ExplicitHashKey", Types.HASH_KEY);

  public static final Member<Blob> DATA = MEMBERS.required("Data", Types.DATA);

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<Boolean> DRY_RUN = MEMBERS.optional("DryRun", Type.bool());

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private PutRecordInput() {}
}
