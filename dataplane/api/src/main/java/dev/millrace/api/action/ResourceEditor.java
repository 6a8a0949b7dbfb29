// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.api.action.ResourceLookup.Resource;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.stream.ConsumerStatus;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Changes the resource that an ARN names: a stream or a consumer.
 *
 * @param editor changes streams
 */
public record ResourceEditor(StreamEditor editor) {

  /** Changes a resource that is ACTIVE. */
  public CompletionStage<Answer> edit(String arn, Function<Resource, Checked<Edit>> decide) {
    ResourceLookup lookup = new ResourceLookup(editor.streams());
    return lookup.stream(arn)
        .fold(
            known ->
                editor.edit(
                    Optional.of(known.name().text()),
                    Optional.empty(),
                    stream ->
                        editor
                            .serving(stream)
                            .then(is -> lookup.resource(is, arn))
                            .then(this::active)
                            .then(decide)),
            error -> new Answer.Failure(error).now());
  }

  private Checked<Resource> active(Resource resource) {
    return resource
        .consumer()
        .filter(is -> is.status() != ConsumerStatus.ACTIVE)
        .<Checked<Resource>>map(
            is ->
                Checked.bad(
                    KinesisError.inUse(
                        "Consumer %s with creation timestamp %d under stream %s and account %s is not in ACTIVE status."
                            .formatted(
                                is.name(),
                                is.creationSecond(),
                                resource.stream().name(),
                                editor.streams().account()))))
        .orElseGet(() -> Checked.good(resource));
  }
}
