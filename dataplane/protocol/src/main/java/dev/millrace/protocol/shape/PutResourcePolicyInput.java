// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * Input of PutResourcePolicy.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html">
 *     PutResourcePolicy</a>
 */
public final class PutResourcePolicyInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("PutResourcePolicyInput");

  public static final Member<String> POLICY = MEMBERS.required("Policy", Type.string());

  public static final Member<String> RESOURCE_ARN =
      MEMBERS.required("ResourceARN", Types.RESOURCE_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private PutResourcePolicyInput() {}
}
