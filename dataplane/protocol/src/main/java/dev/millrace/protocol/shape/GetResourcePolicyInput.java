// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;

/**
 * Input of GetResourcePolicy.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetResourcePolicy.html">
 *     GetResourcePolicy</a>
 */
public final class GetResourcePolicyInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("GetResourcePolicyInput");

  public static final Member<String> RESOURCE_ARN =
      MEMBERS.required("ResourceARN", Types.RESOURCE_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private GetResourcePolicyInput() {}
}
