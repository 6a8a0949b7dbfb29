// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import java.util.List;

/**
 * Input of RemoveTagsFromStream.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RemoveTagsFromStream.html">
 *     RemoveTagsFromStream</a>
 */
public final class RemoveTagsFromStreamInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("RemoveTagsFromStreamInput");

  public static final Member<List<String>> TAG_KEYS = MEMBERS.required("TagKeys", Types.TAG_KEYS);

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private RemoveTagsFromStreamInput() {}
}
