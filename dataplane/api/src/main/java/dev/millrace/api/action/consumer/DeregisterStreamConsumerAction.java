// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.consumer;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DeregisterStreamConsumerInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Ends a consumer's registration, and with it its subscriptions.
 *
 * @param editor changes the stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeregisterStreamConsumer.html">DeregisterStreamConsumer</a>
 */
public record DeregisterStreamConsumerAction(StreamEditor editor) implements Action {
  @Override
  public Operation operation() {
    return Operation.DEREGISTER_STREAM_CONSUMER;
  }

  @Override
  public StructureShape input() {
    return DeregisterStreamConsumerInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    ConsumerLookup consumers = new ConsumerLookup(editor.streams());
    return consumers
        .streamArn(
            input.find(DeregisterStreamConsumerInput.STREAM_ARN),
            input.find(DeregisterStreamConsumerInput.CONSUMER_ARN))
        .fold(
            arn ->
                editor.edit(
                    Optional.empty(),
                    Optional.of(arn),
                    stream ->
                        consumers
                            .find(
                                stream,
                                input.find(DeregisterStreamConsumerInput.CONSUMER_NAME),
                                input.find(DeregisterStreamConsumerInput.CONSUMER_ARN))
                            .then(found -> Checked.good(Edit.silent(deleting(found))))),
            error -> new Answer.Failure(error).now());
  }

  private static StreamDefinition deleting(ConsumerLookup.RegisteredConsumer found) {
    return found.stream().withConsumer(found.consumer().withStatus(ConsumerStatus.DELETING));
  }
}
