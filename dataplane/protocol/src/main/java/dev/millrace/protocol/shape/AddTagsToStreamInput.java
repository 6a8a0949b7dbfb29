// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import java.util.Map;

/**
 * Input of AddTagsToStream.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_AddTagsToStream.html">
 *     AddTagsToStream</a>
 */
public final class AddTagsToStreamInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("AddTagsToStreamInput");

  public static final Member<Map<String, String>> TAGS = MEMBERS.required("Tags", Types.TAG_MAP);

  public static final Member<String> STREAM_NAME =
      MEMBERS.optional("StreamName", Types.STREAM_NAME);

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private AddTagsToStreamInput() {}
}
