package dev.millrace.server.action;

import dev.millrace.core.error.Checked;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DeregisterStreamConsumerInput;
import dev.millrace.server.action.StreamEditor.Edit;
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
    Consumers consumers = new Consumers(editor.streams());
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
                            .in(
                                stream,
                                input.find(DeregisterStreamConsumerInput.CONSUMER_NAME),
                                input.find(DeregisterStreamConsumerInput.CONSUMER_ARN))
                            .then(found -> Checked.good(Edit.silent(deleting(found))))),
            error -> new Answer.Refused(error).now());
  }

  private static StreamDefinition deleting(Consumers.Found found) {
    return found.stream()
        .withConsumer(found.consumer().withStatus(ConsumerDefinition.Status.DELETING));
  }
}
