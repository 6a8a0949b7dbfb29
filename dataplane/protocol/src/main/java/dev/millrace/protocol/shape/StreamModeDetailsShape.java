// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;

/**
 * The capacity mode of a stream.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamModeDetails.html">
 *     StreamModeDetails</a>
 */
public final class StreamModeDetailsShape {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("StreamModeDetails");

  public static final Member<String> STREAM_MODE =
      MEMBERS.required("StreamMode", Type.string().oneOf("PROVISIONED", "ON_DEMAND"));

  public static final StructureShape SHAPE = MEMBERS.build();

  private StreamModeDetailsShape() {}
}
