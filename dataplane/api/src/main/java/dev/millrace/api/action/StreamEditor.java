// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Changes a stream's entry in the catalogue. The change is computed from the current entry, and
 * again if another call replaces the entry meanwhile, so that concurrent calls take effect one
 * after the other.
 *
 * @param streams looks up streams
 * @param controller brings the stream to the state of its entry
 * @param instant whether to answer only when the stream has reached that state
 */
public record StreamEditor(StreamLookup streams, StreamController controller, boolean instant) {

  /**
   * A change of a stream, with the answer to the call.
   *
   * @param next the new entry; equal to the old one when there is nothing to change
   * @param answer the answer when the entry was replaced
   */
  public record Edit(StreamDefinition next, Answer answer) {
    /** A change whose answer is empty. */
    public static Edit silent(StreamDefinition next) {
      return new Edit(next, new Answer.Empty());
    }
  }

  /** Changes the stream that a request names by name, ARN or both. */
  public CompletionStage<Answer> edit(
      Optional<String> name,
      Optional<String> arn,
      Function<StreamDefinition, Checked<Edit>> decide) {
    return streams
        .find(name, arn)
        .then(
            entry ->
                decide
                    .apply(entry.definition())
                    .then(edit -> Checked.good(edit(entry, edit, decide))))
        .fold(stage -> stage, error -> new Answer.Failure(error).now());
  }

  private CompletionStage<Answer> edit(
      CatalogueEntry entry, Edit edit, Function<StreamDefinition, Checked<Edit>> decide) {
    if (edit.next().equals(entry.definition())) {
      return edit.answer().now();
    }
    return streams
        .catalogue()
        .replace(entry.definition().name(), entry.revision(), Optional.of(edit.next()))
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Replaced
                    ? settleAndAnswer(edit)
                    : edit(
                        Optional.of(entry.definition().name().text()), Optional.empty(), decide));
  }

  private CompletionStage<Answer> settleAndAnswer(Edit edit) {
    // If the answer does not wait for it, failed work is resumed at the next start.
    CompletionStage<Void> settling = controller.settle(edit.next().name());
    return (instant ? settling : CompletableFuture.<Void>completedStage(null))
        .thenApply(done -> edit.answer());
  }

  /** Returns the stream if it is ACTIVE, otherwise the service's error. */
  public Checked<StreamDefinition> active(StreamDefinition stream) {
    return stream.status() == StreamStatus.ACTIVE
        ? Checked.good(stream)
        : Checked.bad(streams.notActive(stream));
  }

  /**
   * Returns the stream if it is ACTIVE or UPDATING, in which states its tags and consumers can be
   * changed.
   */
  public Checked<StreamDefinition> serving(StreamDefinition stream) {
    return stream.isServing() ? Checked.good(stream) : Checked.bad(streams.notActive(stream));
  }

  /** Returns the stream if it is ACTIVE and in provisioned mode. */
  public Checked<StreamDefinition> provisioned(StreamDefinition stream) {
    return active(stream)
        .then(
            is ->
                is.settings().mode() == StreamMode.PROVISIONED
                    ? Checked.good(is)
                    : Checked.bad(
                        new KinesisError(
                            KinesisError.Name.VALIDATION,
                            "Request is invalid. Stream %s under account %s is in On-Demand mode."
                                .formatted(is.name(), streams.account()))));
  }
}
