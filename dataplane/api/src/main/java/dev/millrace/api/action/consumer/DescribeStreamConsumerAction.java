// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.consumer;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DescribeStreamConsumerInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Describes one consumer.
 *
 * @param streams looks up streams
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamConsumer.html">DescribeStreamConsumer</a>
 */
public record DescribeStreamConsumerAction(StreamLookup streams) implements Action {
  @Override
  public Operation operation() {
    return Operation.DESCRIBE_STREAM_CONSUMER;
  }

  @Override
  public StructureShape input() {
    return DescribeStreamConsumerInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    ConsumerLookup consumers = new ConsumerLookup(streams);
    return consumers
        .streamArn(
            input.find(DescribeStreamConsumerInput.STREAM_ARN),
            input.find(DescribeStreamConsumerInput.CONSUMER_ARN))
        .then(arn -> streams.find(Optional.empty(), Optional.of(arn)))
        .then(
            entry ->
                consumers.find(
                    entry.definition(),
                    input.find(DescribeStreamConsumerInput.CONSUMER_NAME),
                    input.find(DescribeStreamConsumerInput.CONSUMER_ARN)))
        .<Answer>fold(
            found ->
                new Answer.Success(
                    512,
                    out -> {
                      out.startStructure("ConsumerDescription");
                      ConsumerMembers.write(out, streams, found.stream(), found.consumer());
                      out.text("StreamARN", streams.arn(found.stream().name()));
                      out.end();
                    }),
            Answer.Failure::new)
        .now();
  }
}
