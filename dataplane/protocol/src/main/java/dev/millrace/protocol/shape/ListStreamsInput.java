// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of ListStreams.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html">
 *     ListStreams</a>
 */
public final class ListStreamsInput {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("ListStreamsInput");

  public static final Member<Integer> LIMIT =
      MEMBERS.optional("Limit", Type.integer().min(1).max(10_000));

  public static final Member<String> EXCLUSIVE_START_STREAM_NAME =
      MEMBERS.optional("ExclusiveStartStreamName", Types.STREAM_NAME);

  public static final Member<String> NEXT_TOKEN = MEMBERS.optional("NextToken", Types.NEXT_TOKEN);

  public static final StructureShape SHAPE = MEMBERS.build();

  private ListStreamsInput() {}
}
