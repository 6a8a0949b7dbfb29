// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;

/**
 * Input of UpdateMaxRecordSize.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html">
 *     UpdateMaxRecordSize</a>
 */
public final class UpdateMaxRecordSizeInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("UpdateMaxRecordSizeInput");

  public static final Member<Integer> MAX_RECORD_SIZE_IN_KIB =
      MEMBERS.required("MaxRecordSizeInKiB", Types.MAX_RECORD_SIZE_IN_KIB);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private UpdateMaxRecordSizeInput() {}
}
