// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;
import java.util.Map;

/**
 * Input of CreateStream. Without {@link #STREAM_MODE_DETAILS}, or with PROVISIONED, the operation
 * also requires {@link #SHARD_COUNT}.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html">
 *     CreateStream</a>
 */
public final class CreateStreamInput {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("CreateStreamInput");

  public static final Member<Integer> SHARD_COUNT =
      MEMBERS.optional("ShardCount", Type.integer().min(1));

  public static final Member<String> STREAM_NAME =
      MEMBERS.required("StreamName", Types.STREAM_NAME);

  public static final Member<Structure> STREAM_MODE_DETAILS =
      MEMBERS.optional("StreamModeDetails", StreamModeDetailsShape.SHAPE);

  public static final Member<Map<String, String>> TAGS = MEMBERS.optional("Tags", Types.TAG_MAP);

  public static final Member<Integer> WARM_THROUGHPUT_MIBPS =
      MEMBERS.optional("WarmThroughputMiBps", Type.integer().min(0));

  public static final Member<Integer> MAX_RECORD_SIZE_IN_KIB =
      MEMBERS.optional("MaxRecordSizeInKiB", Types.MAX_RECORD_SIZE_IN_KIB);

  public static final Member<String> RECORD_DISTRIBUTION_STRATEGY =
      MEMBERS.optional("RecordDistributionStrategy", Types.RECORD_DISTRIBUTION_STRATEGY);

  public static final StructureShape SHAPE = MEMBERS.build();

  private CreateStreamInput() {}
}
