// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.consumer;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.api.action.tag.TagChecks;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.RegisterStreamConsumerInput;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * Registers a consumer for enhanced fan-out.
 *
 * @param editor changes the stream
 * @param account determines how many consumers a stream may have
 * @param clock supplies the time of the registration
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html">RegisterStreamConsumer</a>
 */
public record RegisterStreamConsumerAction(
    StreamEditor editor, AccountStore account, InstantSource clock) implements Action {
  @Override
  public Operation operation() {
    return Operation.REGISTER_STREAM_CONSUMER;
  }

  @Override
  public StructureShape input() {
    return RegisterStreamConsumerInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    String name = input.get(RegisterStreamConsumerInput.CONSUMER_NAME);
    Map<String, String> tags = input.getOr(RegisterStreamConsumerInput.TAGS, Map.of());
    return editor.edit(
        Optional.empty(),
        Optional.of(input.get(RegisterStreamConsumerInput.STREAM_ARN)),
        stream ->
            TagChecks.check(
                    tags,
                    "consumer " + name + " of stream " + stream.name(),
                    editor.streams().account(),
                    stream)
                .then(is -> TagChecks.checkCount(tags.size(), is))
                .then(editor::serving)
                .then(is -> check(is, name))
                .then(is -> Checked.good(edit(is, name, tags))));
  }

  private Checked<StreamDefinition> check(StreamDefinition stream, String name) {
    if (stream.consumers().containsKey(name)) {
      return Checked.bad(
          KinesisError.inUse(
              "Consumer %s under stream %s already exists for account %s."
                  .formatted(name, stream.name(), editor.streams().account())));
    }
    int most =
        account.read().isCommitted(clock.instant())
                && stream.settings().mode() == StreamMode.ON_DEMAND
            ? ServiceLimits.CONSUMERS_WITH_COMMITMENT
            : ServiceLimits.CONSUMERS;
    return stream.consumers().size() >= most
        ? Checked.bad(
            new KinesisError(
                KinesisError.Name.LIMIT_EXCEEDED,
                "Stream %s under account %s has %d consumers, the limit is %d."
                    .formatted(
                        stream.name(),
                        editor.streams().account(),
                        stream.consumers().size(),
                        most)))
        : Checked.good(stream);
  }

  private Edit edit(StreamDefinition stream, String name, Map<String, String> tags) {
    ConsumerDefinition consumer =
        new ConsumerDefinition(
            name,
            clock.instant().getEpochSecond(),
            ConsumerStatus.CREATING,
            new TreeMap<>(tags),
            Optional.empty());
    return new Edit(
        stream.withConsumer(consumer),
        new Answer.Success(
            512,
            out -> {
              out.startStructure("Consumer");
              ConsumerMembers.write(out, editor.streams(), stream, registered(stream, consumer));
              out.end();
            }));
  }

  /**
   * The consumer with the creation second that the catalogue has given it, which is part of its
   * ARN.
   */
  private ConsumerDefinition registered(StreamDefinition stream, ConsumerDefinition asked) {
    return editor
        .streams()
        .catalogue()
        .find(stream.name())
        .map(entry -> entry.definition().consumers().get(asked.name()))
        .map(is -> asked.withCreationSecond(is.creationSecond()))
        .orElse(asked);
  }
}
