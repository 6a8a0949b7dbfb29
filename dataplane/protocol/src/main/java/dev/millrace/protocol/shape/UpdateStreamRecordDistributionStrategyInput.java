// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;

/**
 * Input of UpdateStreamRecordDistributionStrategy.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html">
 *     UpdateStreamRecordDistributionStrategy</a>
 */
public final class UpdateStreamRecordDistributionStrategyInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("UpdateStreamRecordDistributionStrategyInput");

  public static final Member<String> STREAM_ARN = MEMBERS.required("StreamARN", Types.STREAM_ARN);

  public static final Member<String> RECORD_DISTRIBUTION_STRATEGY =
      MEMBERS.required("RecordDistributionStrategy", Types.RECORD_DISTRIBUTION_STRATEGY);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private UpdateStreamRecordDistributionStrategyInput() {}
}
