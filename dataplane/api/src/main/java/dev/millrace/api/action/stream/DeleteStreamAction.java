// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DeleteStreamInput;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Deletes a stream with its records: DELETING at once, gone when its shards are dropped.
 *
 * @param streams looks up streams
 * @param controller drops the shards
 * @param instant whether to answer only when the stream is gone
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteStream.html">DeleteStream</a>
 */
public record DeleteStreamAction(StreamLookup streams, StreamController controller, boolean instant)
    implements Action {
  @Override
  public Operation operation() {
    return Operation.DELETE_STREAM;
  }

  @Override
  public StructureShape input() {
    return DeleteStreamInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    boolean enforced = call.input().getOr(DeleteStreamInput.ENFORCE_CONSUMER_DELETION, false);
    return streams
        .find(
            call.input().find(DeleteStreamInput.STREAM_NAME),
            call.input().find(DeleteStreamInput.STREAM_ARN))
        .then(
            entry ->
                entry.definition().consumers().isEmpty() || enforced
                    ? Checked.good(entry)
                    : Checked.bad(hasConsumers(entry.definition())))
        .fold(this::delete, error -> new Answer.Failure(error).now());
  }

  private KinesisError hasConsumers(StreamDefinition stream) {
    return KinesisError.inUse(
        "Stream %s under account %s has %d registered consumers: deregister them or set EnforceConsumerDeletion."
            .formatted(stream.name(), streams.account(), stream.consumers().size()));
  }

  private CompletionStage<Answer> delete(CatalogueEntry entry) {
    if (!entry.definition().isServing()) {
      return new Answer.Failure(streams.notActive(entry.definition())).now();
    }
    StreamName name = entry.definition().name();
    return streams
        .catalogue()
        .replace(
            name,
            entry.revision(),
            Optional.of(entry.definition().withStatus(StreamStatus.DELETING)))
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Replaced
                    ? settled(name)
                    // Another call has changed the stream meanwhile: decide again from its new
                    // entry.
                    : streams
                        .find(Optional.of(name.text()), Optional.empty())
                        .fold(this::delete, error -> new Answer.Failure(error).now()));
  }

  private CompletionStage<Answer> settled(StreamName name) {
    CompletionStage<Void> settling = controller.settle(name);
    return (instant ? settling : CompletableFuture.<Void>completedStage(null))
        .thenApply(done -> new Answer.Empty());
  }
}
