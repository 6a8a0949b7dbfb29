// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;
import java.time.Instant;

/**
 * Input of ListStreamConsumers.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html">
 *     ListStreamConsumers</a>
 */
public final class ListStreamConsumersInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("ListStreamConsumersInput");

  public static final Member<String> STREAM_ARN = MEMBERS.required("StreamARN", Types.STREAM_ARN);

  public static final Member<String> NEXT_TOKEN = MEMBERS.optional("NextToken", Types.NEXT_TOKEN);

  public static final Member<Integer> MAX_RESULTS =
      MEMBERS.optional("MaxResults", Type.integer().min(1).max(10_000));

  public static final Member<Instant> STREAM_CREATION_TIMESTAMP =
      MEMBERS.optional("StreamCreationTimestamp", Type.timestamp());

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private ListStreamConsumersInput() {}
}
