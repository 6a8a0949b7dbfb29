// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;
import java.time.Instant;

/**
 * Where a subscription begins.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartingPosition.html">
 *     StartingPosition</a>
 */
public final class StartingPositionShape {
  private static final StructureShape.Builder MEMBERS = StructureShape.named("StartingPosition");

  public static final Member<String> TYPE =
      MEMBERS.required(
          "Type",
          Type.string()
              .oneOf(
                  "AFTER_SEQUENCE_NUMBER",
                  "LATEST",
                  "AT_TIMESTAMP",
                  "AT_SEQUENCE_NUMBER",
                  "TRIM_HORIZON"));

  public static final Member<String> SEQUENCE_NUMBER =
      MEMBERS.optional("SequenceNumber", Types.SEQUENCE_NUMBER);

  public static final Member<Instant> TIMESTAMP = MEMBERS.optional("Timestamp", Type.timestamp());

  public static final StructureShape SHAPE = MEMBERS.build();

  private StartingPositionShape() {}
}
