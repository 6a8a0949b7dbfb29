// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.shape;

import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.StructureShape;

/**
 * Input of DescribeStreamConsumer.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamConsumer.html">
 *     DescribeStreamConsumer</a>
 */
public final class DescribeStreamConsumerInput {
  private static final StructureShape.Builder MEMBERS =
      StructureShape.named("DescribeStreamConsumerInput");

  public static final Member<String> STREAM_ARN = MEMBERS.optional("StreamARN", Types.STREAM_ARN);

  public static final Member<String> CONSUMER_NAME =
      MEMBERS.optional("ConsumerName", Types.STREAM_NAME);

  public static final Member<String> CONSUMER_ARN =
      MEMBERS.optional("ConsumerARN", Types.CONSUMER_ARN);

  public static final Member<String> STREAM_ID = MEMBERS.optional("StreamId", Types.STREAM_ID);

  public static final StructureShape SHAPE = MEMBERS.build();

  private DescribeStreamConsumerInput() {}
}
