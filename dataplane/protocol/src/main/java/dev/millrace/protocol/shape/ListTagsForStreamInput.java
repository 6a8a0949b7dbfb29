// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of ListTagsForStream.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForStream.html">
 *     ListTagsForStream</a>
 */
public final class ListTagsForStreamInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("ListTagsForStreamInput");

  public static final Member<Integer> LIMIT =
      MEMBERS.optional("Limit", Type.integer().min(1).max(50));

  public static final Member<String> EXCLUSIVE_START_TAG_KEY =
      MEMBERS.optional("ExclusiveStartTagKey", Types.TAG_KEY);

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private ListTagsForStreamInput() {}
}
